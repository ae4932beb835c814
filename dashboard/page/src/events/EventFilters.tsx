import { type EventFilter, type Level, LEVELS } from "./eventFilter";
import styles from "./EventFilters.module.css";

const NAMES: Record<Level, string> = {
  debug: "All levels",
  info: "Info and above",
  warning: "Warnings and errors",
  error: "Errors",
};

type Props = {
  filter: EventFilter;
  onChange: (filter: EventFilter) => void;
  isFollowing: boolean;
  onFollow: (isFollowing: boolean) => void;
  /** How many have come since the list was held. */
  waiting: number;
};

export function EventFilters({ filter, onChange, isFollowing, onFollow, waiting }: Props) {
  const news = waiting > 0 ? ` (${waiting.toLocaleString()} new)` : "";
  return (
    <search className={styles.filters}>
      <input
        type="search"
        aria-label="Kind or payload contains"
        placeholder="Kind or payload contains"
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
      />
      <select
        aria-label="Level"
        value={filter.level}
        onChange={(event) => onChange({ ...filter, level: event.target.value as Level })}
      >
        {LEVELS.map((level) => (
          <option key={level} value={level}>
            {NAMES[level]}
          </option>
        ))}
      </select>
      <button type="button" aria-pressed={isFollowing} onClick={() => onFollow(!isFollowing)}>
        {isFollowing ? "Following" : `Follow${news}`}
      </button>
    </search>
  );
}
