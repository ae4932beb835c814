import { type AssetKind, assetKind } from "./assetKind";
import styles from "./AssetDialog.module.css";
import { AssetParts } from "./AssetParts";
import { AssetText } from "./AssetText";
import type { ShownAsset } from "./AssetTile";
import { Dialog } from "./Dialog";
import { bytes } from "./format/bytes";

type Props = {
  asset: ShownAsset;
  /** Leads to the neighbour before or after it; left out where there is none. */
  onStep?: ((by: number) => void) | undefined;
  onClose: () => void;
};

/** One file as large as there is room; the arrow keys lead to its neighbours. */
export function AssetDialog({ asset, onStep, onClose }: Props) {
  const onKeyDown = (event: React.KeyboardEvent) => {
    const isPlayer = event.target instanceof HTMLMediaElement;
    if (event.key === "ArrowLeft" && !isPlayer) onStep?.(-1);
    if (event.key === "ArrowRight" && !isPlayer) onStep?.(1);
  };
  return (
    <Dialog title={asset.filename} onClose={onClose} onKeyDown={onKeyDown} isWide>
      <Content asset={asset} />
      <Facts asset={asset} />
      <p className={styles.actions}>
        {asset.url !== null && (
          <a href={asset.url} download={asset.filename} target="_blank" rel="noreferrer">
            Download
          </a>
        )}
        {onStep !== undefined && (
          <>
            <button type="button" onClick={() => onStep(-1)}>
              Previous
            </button>
            <button type="button" onClick={() => onStep(1)}>
              Next
            </button>
          </>
        )}
      </p>
    </Dialog>
  );
}

function Content({ asset }: { asset: ShownAsset }) {
  if (asset.partCount !== undefined || asset.parts !== undefined) return <AssetParts asset={asset} />;
  if (asset.url === null) return <p className={styles.missing}>This file is not stored any more.</p>;
  return <Stored key={asset.url} url={asset.url} asset={asset} kind={assetKind(asset)} />;
}

function Stored({ url, asset, kind }: { url: string; asset: ShownAsset; kind: AssetKind }) {
  switch (kind) {
    case "picture":
      return <img className={styles.picture} src={url} alt={asset.filename} />;
    case "video":
      return <video className={styles.picture} src={url} controls />;
    case "audio":
      return <audio className={styles.audio} src={url} controls />;
    case "json":
    case "text":
      return <AssetText url={url} size={asset.bytes} isJson={kind === "json"} />;
    case "other":
      return <p className={styles.missing}>A file of this type cannot be shown here; download it.</p>;
  }
}

function Facts({ asset }: { asset: ShownAsset }) {
  const visibility = asset.public === undefined ? [] : [asset.public ? "shown in share links" : "private"];
  return (
    <p className={styles.facts}>
      {[asset.role, asset.contentType ?? "unknown type", bytes(asset.bytes), ...visibility].join(" · ")}
      {asset.sha256 !== undefined && <code className={styles.hash}>SHA-256 {asset.sha256}</code>}
    </p>
  );
}
