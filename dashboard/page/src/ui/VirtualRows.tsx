import type { Virtualizer } from "@tanstack/react-virtual";
import type { ReactNode, Ref } from "react";
import styles from "./VirtualRows.module.css";

type Props<Item, Box extends Element | Window> = {
  rows: Virtualizer<Box, Element>;
  items: readonly Item[];
  /** Whether these are all, so that a screen reader can tell how many there are. */
  isComplete: boolean;
  ref?: Ref<HTMLOListElement>;
  rowClass?: string | undefined;
  children: (item: Item) => ReactNode;
};

/** The rows of a list that are in view, each at its place; the others are not in the document. */
export function VirtualRows<Item, Box extends Element | Window>(props: Props<Item, Box>) {
  const { rows, items, isComplete, ref, rowClass, children } = props;
  return (
    <ol ref={ref} className={styles.list} style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map((row) => (
        <li
          key={row.key}
          ref={rows.measureElement}
          data-index={row.index}
          className={rowClass === undefined ? styles.row : `${styles.row} ${rowClass}`}
          style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
          aria-posinset={row.index + 1}
          aria-setsize={isComplete ? items.length : -1}
        >
          {children(items[row.index]!)}
        </li>
      ))}
    </ol>
  );
}
