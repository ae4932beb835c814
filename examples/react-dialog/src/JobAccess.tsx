import { useAction } from "convex/react";
import { JobsyncProvider } from "jobsync-react";
import { type ReactNode, useEffect, useState } from "react";
import { api } from "../convex/_generated/api";

/** A token is good for an hour; a new one is there well before that. */
const RENEW_MS = 45 * 60_000;

/** Gives what is inside a token of the app's own server, and waits for the first one. */
export function JobAccess({ children }: { children: ReactNode }) {
  const make = useAction(api.jobTokens.make);
  const [token, setToken] = useState<string>();
  useEffect(() => {
    const renew = () => void make().then(setToken);
    renew();
    const timer = setInterval(renew, RENEW_MS);
    return () => clearInterval(timer);
  }, [make]);
  if (token === undefined) return null;
  return (
    <JobsyncProvider token={token} functions="jobsync">
      {children}
    </JobsyncProvider>
  );
}
