import { useAction } from "convex/react";
import { useEffect, useRef, useState } from "react";
import { api } from "../convex/_generated/api";
import type { StyleId } from "./made";
import { Making } from "./Making";
import { PromptForm } from "./PromptForm";
import { forgetJob, rememberedJob, rememberJob } from "./rememberedJob";

type Props = { onMade: (style: StyleId) => void; onClose: () => void };

/** Asks for a style and follows the job that makes it, whoever does. Closed in the middle, it goes on when it is opened. */
export function StyleDialog({ onMade, onClose }: Props) {
  const [jobId, setJobId] = useState(rememberedJob);
  const [refusal, setRefusal] = useState<string>();
  const place = useAction(api.orders.place);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);

  const order = (prompt: string) => {
    const jobId = rememberJob();
    setJobId(jobId);
    setRefusal(undefined);
    // What goes wrong in the work stands in the job; this tells why there is none.
    place({ prompt, jobId }).catch((error: unknown) => setRefusal(String(error)));
  };
  const startOver = () => {
    forgetJob();
    setJobId(null);
  };
  const finish = (style: StyleId) => {
    forgetJob();
    onMade(style);
  };
  return (
    <dialog ref={dialog} aria-labelledby="new-style" onClose={onClose}>
      <h2 id="new-style">New style</h2>
      {jobId === null ? (
        <PromptForm onOrder={order} />
      ) : (
        <Making jobId={jobId} refusal={refusal} onMade={finish} onStartOver={startOver} />
      )}
    </dialog>
  );
}
