import { type ReactNode, useId } from "react";
import styles from "./Section.module.css";

type Props = { title: string; aside?: ReactNode; children: ReactNode };

/** A part of a page under its heading. */
export function Section({ title, aside, children }: Props) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.header}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
