import { type Job, type Json, JsonView } from "jobsync-react";
import { CopyButton } from "../ui/CopyButton";
import { Section } from "../ui/Section";

/** Everything that is kept of a job, as clients read it: its own fields beside those that are ours. */
export function RecordSection({ job }: { job: Job }) {
  const { payload, ...fields } = job;
  const record = { ...payload, ...fields } as Json;
  return (
    <Section title="Record" aside={<CopyButton text={JSON.stringify(record, null, 2)} label="Copy JSON" />}>
      <JsonView value={record} />
    </Section>
  );
}
