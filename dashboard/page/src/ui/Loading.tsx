import styles from "./Loading.module.css";

/** Appears only if it takes a while, so that quick answers do not flicker. */
export function Loading({ what }: { what: string }) {
  return (
    <p className={styles.loading} role="status">
      Loading {what}…
    </p>
  );
}
