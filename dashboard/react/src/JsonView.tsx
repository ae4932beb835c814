import { useState } from "react";
import { counted } from "./format/counted";
import type { Json } from "./job";
import styles from "./JsonView.module.css";
import { webUrl } from "./webUrl";

/** As many entries of one list or object are shown at first, and each time one asks for more. */
const AT_ONCE = 100;
/** Where a text is cut off until one asks for the rest. */
const LONG_TEXT = 2_000;

export type JsonViewProps = {
  value: Json;
  /** How many levels are open at first. */
  depth?: number;
};

/** JSON as a tree. What is closed is not in the document, so that large values stay cheap. */
export function JsonView({ value, depth = 1 }: JsonViewProps) {
  return (
    <div className={styles.json}>
      <Value value={value} depth={depth} />
    </div>
  );
}

function Value({ value, depth, name }: { value: Json; depth: number; name?: string }) {
  if (typeof value !== "object" || value === null) {
    return (
      <div className={styles.line}>
        <Name name={name} />
        <Leaf value={value} />
      </div>
    );
  }
  const entries = Object.entries(value);
  return entries.length === 0 ? (
    <div className={styles.line}>
      <Name name={name} />
      {Array.isArray(value) ? "[]" : "{}"}
    </div>
  ) : (
    <Branch name={name} entries={entries} isList={Array.isArray(value)} depth={depth} />
  );
}

type BranchProps = { name: string | undefined; entries: [string, Json][]; isList: boolean; depth: number };

function Branch({ name, entries, isList, depth }: BranchProps) {
  const [isOpen, setOpen] = useState(depth > 0);
  const [shown, setShown] = useState(AT_ONCE);
  const count = counted(entries.length, isList ? "item" : "field");
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <Name name={name} />
        <span className={styles.count}>{isList ? `[ ${count} ]` : `{ ${count} }`}</span>
      </summary>
      {isOpen && (
        <div className={styles.inside}>
          {entries.slice(0, shown).map(([key, item]) => (
            <Value key={key} name={key} value={item} depth={depth - 1} />
          ))}
          {shown < entries.length && (
            <button type="button" className={styles.more} onClick={() => setShown(shown + AT_ONCE)}>
              {(entries.length - shown).toLocaleString()} more
            </button>
          )}
        </div>
      )}
    </details>
  );
}

function Name({ name }: { name: string | undefined }) {
  return name === undefined ? null : <span className={styles.name}>{name}: </span>;
}

function Leaf({ value }: { value: null | boolean | number | string }) {
  if (typeof value !== "string") return <span className={styles.word}>{String(value)}</span>;
  const url = webUrl(value);
  return url === null ? (
    <Text text={value} />
  ) : (
    <a className={styles.text} href={url} target="_blank" rel="noreferrer">
      {JSON.stringify(value)}
    </a>
  );
}

function Text({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(text.length <= LONG_TEXT);
  if (isWhole) return <span className={styles.text}>{JSON.stringify(text)}</span>;
  return (
    <>
      <span className={styles.text}>{JSON.stringify(text.slice(0, LONG_TEXT))}</span>{" "}
      <button type="button" className={styles.more} onClick={() => setWhole(true)}>
        {(text.length - LONG_TEXT).toLocaleString()} more characters
      </button>
    </>
  );
}
