import type { ReactNode } from "react";
import { ConnectionBanner } from "./ConnectionBanner";
import styles from "./Shell.module.css";
import { ThemeButton } from "./ThemeButton";

/** What is around every page; without a deployment there is nothing to be connected to. */
export function Shell({ deployment, children }: { deployment?: string; children: ReactNode }) {
  return (
    <>
      <a className={styles.skip} href="#main" onClick={focusMain}>
        Skip to content
      </a>
      <header className={styles.header}>
        <a className={styles.brand} href="#/">
          jobsync
        </a>
        <span className={styles.deployment}>{deployment !== undefined && new URL(deployment).host}</span>
        <ThemeButton />
      </header>
      {deployment !== undefined && <ConnectionBanner deployment={deployment} />}
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** The address after `#` is the page's own, so the link may not go there. */
function focusMain(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
