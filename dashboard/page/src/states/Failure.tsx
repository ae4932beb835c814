import { refusalOf } from "jobsync-react";
import { Component, type ReactNode } from "react";
import { Notice } from "./Notice";

type Props = {
  children: ReactNode;
  /** Nothing is said, where something beside it fails for the same reason and says so. */
  isSilent?: boolean;
};

/** Shows why there is nothing to show. */
export class Failure extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (this.props.isSilent === true) return null;
    return <FailureNotice error={error} retry={() => this.setState({ error: undefined })} />;
  }
}

function FailureNotice({ error, retry }: { error: unknown; retry: () => void }) {
  const refusal = refusalOf(error);
  switch (refusal?.code) {
    case "token_expired":
      return (
        <Notice title="This link has expired">
          <p>
            Open a new one: <code>jobsync dashboard</code> prints it. A shared job needs a new link from
            whoever shared it.
          </p>
        </Notice>
      );
    case "unauthenticated":
    case "token_invalid":
    case "forbidden":
      return (
        <Notice title="You may not see this">
          <p>
            The link that opened this page does not reach here: {refusal.message}. Ask for one that does, or
            open the link that <code>jobsync dashboard</code> prints.
          </p>
        </Notice>
      );
    default:
      return (
        <Notice title="This could not be shown">
          <p>{refusal?.message ?? String(error)}</p>
          <button type="button" onClick={retry}>
            Try again
          </button>
        </Notice>
      );
  }
}
