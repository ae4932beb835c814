import { useState } from "react";
import { FILTER_NAMES, jobsPath, type ListFilters } from "../route/route";
import { replaceRoute } from "../route/useRoute";
import { FilterField } from "./FilterField";
import styles from "./Filters.module.css";

type Name = (typeof FILTER_NAMES)[number];

const LABELS: Record<Name, string> = {
  text: "Id or name contains",
  type: "Type",
  owner: "Owner",
  tag: "Tag",
  source: "Source",
};

type Props = {
  filters: ListFilters;
  /** Those that the token decides. */
  fixed: Partial<Record<Name, boolean>>;
};

/** On a narrow screen only the search is there until one asks for the rest. */
export function Filters({ filters, fixed }: Props) {
  const [isOpen, setOpen] = useState(false);
  const others = FILTER_NAMES.filter((name) => name !== "text");
  const used = others.filter((name) => filters[name] !== undefined && !fixed[name]).length;
  const field = (name: Name) => (
    <FilterField
      key={name}
      label={LABELS[name]}
      value={filters[name] ?? ""}
      isFixed={fixed[name] ?? false}
      onChange={(value) => replaceRoute(jobsPath({ ...filters, [name]: value }))}
    />
  );
  return (
    <search className={styles.filters}>
      {field("text")}
      <button type="button" className={styles.toggle} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Filters{used > 0 && ` (${used})`}
      </button>
      <div className={isOpen ? styles.others : `${styles.others} ${styles.folded}`}>{others.map(field)}</div>
    </search>
  );
}
