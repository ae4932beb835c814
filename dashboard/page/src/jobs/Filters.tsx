import { FILTER_NAMES, jobsPath, type ListFilters } from "../route/route";
import { replaceRoute } from "../route/useRoute";
import styles from "./Filters.module.css";

type Name = (typeof FILTER_NAMES)[number];

const LABELS: Record<Name, string> = {
  text: "Id or name contains",
  type: "Type",
  owner: "Owner",
  tag: "Tag",
  source: "Source",
};

export function Filters({ filters }: { filters: ListFilters }) {
  const change = (name: Name, value: string) => replaceRoute(jobsPath({ ...filters, [name]: value }));
  return (
    <search className={styles.filters}>
      {FILTER_NAMES.map((name) => (
        <input
          key={name}
          type="search"
          className={styles[name]}
          aria-label={LABELS[name]}
          placeholder={LABELS[name]}
          value={filters[name] ?? ""}
          onChange={(event) => change(name, event.target.value)}
        />
      ))}
    </search>
  );
}
