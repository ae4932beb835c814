import { useEffect, useState } from "react";
import styles from "./AssetText.module.css";
import { bytes } from "./format/bytes";
import type { Json } from "./job";
import { JsonView } from "./JsonView";

/** What is longer would hold up the page for a look that an editor gives better. */
const MOST_BYTES = 2 * 1024 * 1024;

type Fetched = { text: string } | { problem: string } | undefined;

/** A text file as text, and JSON as a tree; nothing in it is ever markup. */
export function AssetText({ url, size, isJson }: { url: string; size: number; isJson: boolean }) {
  const fetched = useText(size > MOST_BYTES ? null : url);
  if (size > MOST_BYTES) {
    return <p className={styles.note}>{bytes(size)} of text are too much to show here; download the file.</p>;
  }
  if (fetched === undefined) return <p className={styles.note}>Loading…</p>;
  if ("problem" in fetched)
    return <p className={styles.note}>The file could not be read: {fetched.problem}</p>;
  const json = isJson ? parsed(fetched.text) : undefined;
  return json === undefined ? (
    <pre className={styles.text} tabIndex={0}>
      {fetched.text}
    </pre>
  ) : (
    <div className={styles.text} tabIndex={0}>
      <JsonView value={json} />
    </div>
  );
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function useText(url: string | null): Fetched {
  const [fetched, setFetched] = useState<Fetched>();
  useEffect(() => {
    if (url === null) return;
    const aborter = new AbortController();
    readText(url, aborter.signal).then(setFetched, (error: unknown) => {
      if (!aborter.signal.aborted) setFetched({ problem: String(error) });
    });
    return () => aborter.abort();
  }, [url]);
  return fetched;
}

async function readText(url: string, signal: AbortSignal): Promise<Fetched> {
  const response = await fetch(url, { signal, referrerPolicy: "no-referrer" });
  return response.ok ? { text: await response.text() } : { problem: `HTTP ${response.status}` };
}
