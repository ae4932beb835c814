import styles from "./AssetParts.module.css";
import type { ShownAsset } from "./AssetTile";
import { bytes } from "./format/bytes";

/** A browser cannot put parts together without holding the whole file, so it says how it is done. */
export function AssetParts({
  asset: { filename, parts = [], partCount = parts.length },
}: {
  asset: ShownAsset;
}) {
  return (
    <div className={styles.parts}>
      <p>
        This file is stored in {partCount} parts. <code>jobsync download</code> and{" "}
        <code>download_asset</code> put them together and check them; or download all parts and join them in
        this order.
      </p>
      <ol className={styles.list}>
        {parts.map(({ url, bytes: size, sha256 }, index) => (
          <li key={index}>
            {url === null ? (
              "not stored any more"
            ) : (
              <a href={url} download={`${filename}.part${index + 1}`} target="_blank" rel="noreferrer">
                Part {index + 1}
              </a>
            )}{" "}
            <span className={styles.size}>{bytes(size)}</span>{" "}
            <code title={sha256}>{sha256.slice(0, 12)}…</code>
          </li>
        ))}
      </ol>
    </div>
  );
}
