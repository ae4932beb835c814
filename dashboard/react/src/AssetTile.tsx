import type { AssetPart } from "../../../convex/validators";
import { assetKind } from "./assetKind";
import { bytes } from "./format/bytes";
import styles from "./AssetTile.module.css";

/** As much of a file as is shown; both an asset and one of a shared job have it. */
export type ShownAsset = {
  /** Where there is one, what is too much to come with the asset can be asked for. */
  jobId?: string;
  role: string;
  filename: string;
  url: string | null;
  contentType: string | null;
  bytes: number;
  sha256?: string;
  public?: boolean;
  /** A file that is too large for one piece has parts instead of a URL. */
  partCount?: number;
  parts?: AssetPart[];
};

export function AssetTile({ asset, onOpen }: { asset: ShownAsset; onOpen: () => void }) {
  return (
    <figure className={styles.tile}>
      <Look asset={asset} onOpen={onOpen} />
      <figcaption className={styles.caption}>
        <button type="button" className={styles.name} onClick={onOpen} title={asset.filename}>
          {asset.filename}
        </button>
        <span className={styles.facts}>
          <span>{asset.role}</span>
          <span>{bytes(asset.bytes)}</span>
        </span>
      </figcaption>
    </figure>
  );
}

function Look({ asset, onOpen }: { asset: ShownAsset; onOpen: () => void }) {
  const kind = assetKind(asset);
  const { url, filename } = asset;
  if (url !== null && kind === "video") {
    return <video className={styles.look} src={url} controls preload="metadata" aria-label={filename} />;
  }
  if (url !== null && kind === "audio") {
    return (
      <div className={styles.look}>
        <audio className={styles.audio} src={url} controls preload="none" aria-label={filename} />
      </div>
    );
  }
  return (
    // The name below opens the same, so the keyboard need not stop twice.
    <button type="button" className={styles.look} onClick={onOpen} tabIndex={-1} aria-hidden="true">
      {url !== null && kind === "picture" ? (
        <img className={styles.picture} src={url} alt="" loading="lazy" decoding="async" />
      ) : (
        <span className={styles.kind}>{endingOf(filename)}</span>
      )}
    </button>
  );
}

const LONGEST_ENDING = 5;

function endingOf(filename: string): string {
  const ending = filename.split(".").at(-1) ?? "";
  return ending === filename || ending.length > LONGEST_ENDING ? "file" : ending;
}
