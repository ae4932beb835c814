import type { AssetPart } from "../../../convex/validators";
import styles from "./AssetParts.module.css";
import type { ShownAsset } from "./AssetTile";
import { counted } from "./format/counted";
import { bytes } from "./format/bytes";
import { useFunctions } from "./functions";
import { usePages } from "./live";

/** A browser cannot put parts together without holding the whole file, so it says how it is done. */
export function AssetParts({ asset }: { asset: ShownAsset }) {
  const { jobId, parts, partCount = parts?.length ?? 0 } = asset;
  return (
    <div className={styles.parts}>
      <p>
        This file is stored in {counted(partCount, "part")}. <code>jobsync download</code> and{" "}
        <code>download_asset</code> put them together and check them; or download all parts and join them in
        this order.
      </p>
      {parts !== undefined && <PartList parts={parts} filename={asset.filename} />}
      {parts === undefined && jobId !== undefined && <ManyParts asset={{ ...asset, jobId }} />}
    </div>
  );
}

const PAGE = 200;

/** Too many to come with the asset. */
function ManyParts({ asset: { jobId, role, filename } }: { asset: ShownAsset & { jobId: string } }) {
  const { items, status, loadMore } = usePages(useFunctions().assets.parts, { jobId, role, filename }, PAGE);
  return (
    <>
      <PartList parts={items} filename={filename} />
      {status === "more" && (
        <button type="button" onClick={() => loadMore(PAGE)}>
          Show more parts
        </button>
      )}
    </>
  );
}

function PartList({ parts, filename }: { parts: readonly AssetPart[]; filename: string }) {
  return (
    <ol className={styles.list}>
      {parts.map((part, index) => (
        <li key={index}>
          {part.url === null ? (
            "not stored any more"
          ) : (
            <a href={part.url} download={`${filename}.part${index + 1}`} target="_blank" rel="noreferrer">
              Part {index + 1}
            </a>
          )}{" "}
          <span className={styles.size}>{bytes(part.bytes)}</span>{" "}
          <code title={part.sha256}>{part.sha256.slice(0, 12)}…</code>
        </li>
      ))}
    </ol>
  );
}
