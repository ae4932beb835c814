/** What a link to the page carries behind its `#`, where no server sees it. */

/** Whose eyes the page looks with: those of a token, or of a link that shares one job. */
export type Session = Address &
  ({ kind: "token"; token: string } | { kind: "share"; token: string; jobId: string });

/** Which deployment, and where in it the functions are if not at the top. */
export type Address = { deployment: string; functions?: string };

export type Arrival = {
  session: Session;
  /** The job to begin with, if the link names one. */
  jobId?: string;
};

/** Null if the fragment is an address within the page and not a link to it. */
export function parseArrival(fragment: string, origin: string): Arrival | null {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const deployment = deploymentUrl(given.get("deployment") ?? origin);
  const functions = given.get("functions");
  const [token, share, jobId] = [given.get("token"), given.get("share"), given.get("job")];
  if (deployment === null) return null;
  const address = { deployment, ...(functions !== null && { functions }) };
  if (share !== null && jobId !== null) {
    return { session: { kind: "share", ...address, token: share, jobId }, jobId };
  }
  if (token === null) return null;
  return { session: { kind: "token", ...address, token }, ...(jobId !== null && { jobId }) };
}

/** Without a path, as Convex clients want it; null for what is no web address. */
function deploymentUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, origin } = new URL(text);
  return protocol === "http:" || protocol === "https:" ? origin : null;
}
