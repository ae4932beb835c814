import { useState } from "react";
import { AssetDialog } from "./AssetDialog";
import { AssetTile, type ShownAsset } from "./AssetTile";
import styles from "./AssetGallery.module.css";
import { galleryOrder } from "./galleryOrder";

export type AssetGalleryProps = {
  /** What `useAssets` answers, or the assets of a shared job. */
  assets: readonly ShownAsset[];
};

/** The files of a job: pictures are shown, sound and film played, text and JSON opened, all else downloaded. */
export function AssetGallery({ assets }: AssetGalleryProps) {
  const [opened, setOpened] = useState<string>();
  const ordered = galleryOrder(assets);
  const index = ordered.findIndex((asset) => keyOf(asset) === opened);
  const step = (by: number) => {
    const next = ordered[(index + by + ordered.length) % ordered.length];
    if (next !== undefined) setOpened(keyOf(next));
  };
  return (
    <>
      <ul className={styles.gallery}>
        {ordered.map((asset) => (
          <li key={keyOf(asset)} className={styles.item}>
            <AssetTile asset={asset} onOpen={() => setOpened(keyOf(asset))} />
          </li>
        ))}
      </ul>
      {index >= 0 && (
        <AssetDialog
          asset={ordered[index]!}
          onStep={ordered.length > 1 ? step : undefined}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
}

function keyOf({ role, filename }: ShownAsset): string {
  return JSON.stringify([role, filename]);
}
