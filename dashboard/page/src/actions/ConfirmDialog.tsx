import { Dialog } from "jobsync-react";
import type { ReactNode } from "react";
import styles from "./ConfirmDialog.module.css";
import { useAction } from "./useAction";

type Props = {
  title: string;
  /** The word on the button that does it. */
  verb: string;
  act: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
};

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ title, verb, act, onClose, children }: Props) {
  const action = useAction(onClose);
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    action.run(act);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {children}
        {action.problem !== undefined && (
          <p className={styles.problem} role="alert">
            {action.problem}
          </p>
        )}
        <p className={styles.buttons}>
          <button type="button" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="danger" disabled={action.isUnderWay}>
            {verb}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
