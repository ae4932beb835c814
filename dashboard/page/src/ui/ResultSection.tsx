import { type Json, JsonView } from "jobsync-react";
import { Section } from "./Section";

/** What a job came to; nothing where it has none. */
export function ResultSection({ result }: { result: Json | undefined }) {
  if (result === undefined) return null;
  return (
    <Section title="Result">
      <JsonView value={result} />
    </Section>
  );
}
