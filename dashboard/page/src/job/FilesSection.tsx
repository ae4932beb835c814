import { AssetGallery, useAssets } from "jobsync-react";
import { Loading } from "../ui/Loading";
import { Section } from "../ui/Section";
import styles from "./JobPage.module.css";

export function FilesSection({ jobId }: { jobId: string }) {
  const assets = useAssets(jobId);
  return (
    <Section
      title={
        assets === undefined || assets.length === 0 ? "Files" : `Files (${assets.length.toLocaleString()})`
      }
    >
      {assets === undefined && <Loading what="files" />}
      {assets?.length === 0 && (
        <p className={styles.note}>
          None so far. A pipeline adds them with <code>job.upload(…)</code>.
        </p>
      )}
      {assets !== undefined && <AssetGallery assets={assets} />}
    </Section>
  );
}
