import { refusalOf } from "jobsync-react";
import { useState } from "react";

export type Action = {
  isUnderWay: boolean;
  /** Why it did not work, in a sentence. */
  problem: string | undefined;
  run: (work: () => Promise<unknown>) => void;
};

/** A call that a person asked for: once at a time, with what went wrong to show beside the button. */
export function useAction(onDone?: () => void): Action {
  const [isUnderWay, setUnderWay] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = (work: () => Promise<unknown>) => {
    setUnderWay(true);
    setProblem(undefined);
    work()
      .then(() => onDone?.())
      .catch((error: unknown) => setProblem(refusalOf(error)?.message ?? String(error)))
      .finally(() => setUnderWay(false));
  };
  return { isUnderWay, problem, run };
}
