/** Whether a token may touch a job: each of its limits must hold. Pure. */
import { Refusal } from "../errors";
import type { Access, Limits, Scope } from "../validators";

/** Each includes those before it. */
export const SCOPES: readonly Scope[] = ["share", "read", "write", "admin"];

export function assertScope({ scope }: Access, needed: Scope): void {
  if (SCOPES.indexOf(scope) >= SCOPES.indexOf(needed)) return;
  throw new Refusal("forbidden", `this needs a token of scope ${needed}; the given one has ${scope}`);
}

type Subject = { jobId: string; owner?: string | undefined; tags: string[] };

export function isWithinLimits({ job, owner, tag }: Limits, subject: Subject): boolean {
  return (
    (job === undefined || job === subject.jobId) &&
    (owner === undefined || owner === subject.owner) &&
    (tag === undefined || subject.tags.includes(tag))
  );
}

export function assertMayTouch({ limits }: Access, subject: Subject): void {
  if (!isWithinLimits(limits, subject)) throw outside(limits);
}

/**
 * A job that does not exist is out of reach too, where only its fields could tell: otherwise a limited token
 * could be used to find out which ids others have.
 */
export function assertMaySee({ limits }: Access, subject: Subject | null): void {
  const isWithin =
    subject === null
      ? limits.owner === undefined && limits.tag === undefined
      : isWithinLimits(limits, subject);
  if (!isWithin) throw outside(limits);
}

/** A list is of what the token is limited to, or of nothing: which jobs there are beyond that is not told. */
export function assertMayList({ limits }: Access, asked: { owner?: string; tag?: string }): void {
  const isWithin =
    limits.job === undefined &&
    (limits.owner === undefined || limits.owner === asked.owner) &&
    (limits.tag === undefined || limits.tag === asked.tag);
  if (!isWithin) throw outside(limits);
}

/** A job that was found by something else than its id. */
export function assertMayFind(access: Access, subject: Subject | null): void {
  if (subject === null) assertMayList(access, {});
  else assertMayTouch(access, subject);
}

/** Before anything is read, so that a token for one job learns nothing about others. */
export function assertMayName({ limits }: Access, jobId: string): void {
  if (limits.job !== undefined && limits.job !== jobId) throw outside(limits);
}

function outside(limits: Limits): Refusal {
  const named = Object.entries(limits).map(([kind, value]) => `${kind} ${JSON.stringify(value)}`);
  return new Refusal(
    "forbidden",
    `this token is limited to ${named.join(" and ")}; use one for what you ask for`,
  );
}
