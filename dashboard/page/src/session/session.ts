/** The session of this tab: taken from the link, kept until the tab is closed, never in the address bar. */
import { jobPath } from "../route/route";
import { parseArrival, type Session } from "./fragment";

const KEY = "jobsync.session";

/** Takes the token out of the address bar, if there is one in it, and answers whether there was. */
export function arrive(): boolean {
  const arrival = parseArrival(location.hash, location.origin);
  if (arrival === null) return false;
  sessionStorage.setItem(KEY, JSON.stringify(arrival.session));
  const start = arrival.jobId === undefined ? "#/" : jobPath(arrival.jobId);
  history.replaceState(null, "", start);
  return true;
}

export function storedSession(): Session | null {
  const text = sessionStorage.getItem(KEY);
  return text === null ? null : (JSON.parse(text) as Session);
}

/** A link that is pasted into an open page starts it anew: another deployment's answers may not stay around. */
export function restartOnArrival(): void {
  addEventListener("hashchange", () => {
    if (arrive()) location.reload();
  });
}
