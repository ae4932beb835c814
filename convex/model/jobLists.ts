/** Lists of jobs, newest first, each read from an index. */
import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc } from "../server";
import type { Access, JobSummary } from "../validators";
import * as check from "./fieldChecks";
import type { Reader } from "./jobStore";
import { jobSummary } from "./jobView";
import { type State, STATES } from "./lifecycle";
import { assertMayFind, assertMayList } from "./limits";
import { pageOf } from "./pages";
import { paging } from "./paging";

export type JobFilters = {
  owner?: string;
  type?: string;
  state?: State;
  tag?: string;
  source?: string;
  parent?: string;
  text?: string;
};

/** Filters that the index does not serve take jobs out of a page, so that it may have fewer than were asked for. */
export async function listJobs(
  ctx: Reader,
  access: Access,
  { state, ...others }: Omit<JobFilters, "state"> & { state?: string },
  options: PaginationOptions,
): Promise<PaginationResult<JobSummary>> {
  assertMayList(access, others);
  const filters = state === undefined ? others : { ...others, state: check.oneOf("state", state, STATES) };
  if (others.text !== undefined) check.name("text", others.text);
  const { tag, source, parent } = filters;
  const isByTag = tag !== undefined && source === undefined && parent === undefined;
  const jobs = isByTag
    ? await taggedPage(ctx, tag, filters, options)
    : await pageOf(indexed(ctx, filters).order("desc"), options, { list: "jobs:list", filters });
  return { ...jobs, page: jobs.page.filter((job) => matches(job, filters)).map(jobSummary) };
}

/** The index of what leaves the fewest jobs. */
function indexed({ db }: Reader, { owner, type, state, source, parent }: JobFilters) {
  const jobs = paging(db).query("jobs");
  if (parent !== undefined) return jobs.withIndex("by_parent_createdAt", (q) => q.eq("parent", parent));
  if (source !== undefined) return jobs.withIndex("by_source_createdAt", (q) => q.eq("source", source));
  if (owner !== undefined && state !== undefined) {
    return jobs.withIndex("by_owner_state_createdAt", (q) => q.eq("owner", owner).eq("state", state));
  }
  if (owner !== undefined) return jobs.withIndex("by_owner_createdAt", (q) => q.eq("owner", owner));
  if (type !== undefined && state !== undefined) {
    return jobs.withIndex("by_type_state_createdAt", (q) => q.eq("type", type).eq("state", state));
  }
  if (type !== undefined) return jobs.withIndex("by_type_createdAt", (q) => q.eq("type", type));
  if (state !== undefined) return jobs.withIndex("by_state_createdAt", (q) => q.eq("state", state));
  return jobs.withIndex("by_createdAt");
}

async function taggedPage(
  { db }: Reader,
  tag: string,
  filters: JobFilters,
  options: PaginationOptions,
): Promise<PaginationResult<Doc<"jobs">>> {
  const tagged = paging(db)
    .query("jobTags")
    .withIndex("by_tag_createdAt", (q) => q.eq("tag", tag));
  const rows = await pageOf(tagged.order("desc"), options, { list: "jobs:list", filters });
  const jobs = await Promise.all(rows.page.map(({ job }) => db.get("jobs", job)));
  return { ...rows, page: jobs.filter((job) => job !== null) };
}

function matches(job: Doc<"jobs">, { tag, text, ...fields }: JobFilters): boolean {
  const isTagged = tag === undefined || job.tags.includes(tag);
  const isNamed = text === undefined || [job.jobId, job.name ?? ""].some((name) => contains(name, text));
  const isSame = ([field, value]: [string, unknown]) =>
    value === undefined || job[field as keyof typeof job] === value;
  return isTagged && isNamed && Object.entries(fields).every(isSame);
}

function contains(whole: string, part: string): boolean {
  return whole.toLowerCase().includes(part.toLowerCase());
}

/** Those that are queued, running or lost. */
export async function activeJobs(
  { db }: Reader,
  access: Access,
  owner: string | undefined,
  options: PaginationOptions,
): Promise<PaginationResult<JobSummary>> {
  const filters = { ...(owner !== undefined && { owner }) };
  assertMayList(access, filters);
  const jobs = paging(db).query("jobs");
  const active =
    owner === undefined
      ? jobs.withIndex("by_isActive_createdAt", (q) => q.eq("isActive", true))
      : jobs.withIndex("by_owner_isActive_createdAt", (q) => q.eq("owner", owner).eq("isActive", true));
  const rows = await pageOf(active.order("desc"), options, { list: "jobs:active", filters });
  return { ...rows, page: rows.page.map(jobSummary) };
}

export async function newestOfSource(
  { db }: Reader,
  access: Access,
  source: string,
): Promise<Doc<"jobs"> | null> {
  const job = await db
    .query("jobs")
    .withIndex("by_source_createdAt", (q) => q.eq("source", source))
    .order("desc")
    .first();
  assertMayFind(access, job);
  return job;
}
