/** Addresses within the page: `#/` with filters, and `#/jobs/<id>`. */
import { STATES, type State } from "../../../../convex/model/lifecycle";

export type ListFilters = {
  state?: State;
  type?: string;
  owner?: string;
  tag?: string;
  source?: string;
  text?: string;
};

export type Route =
  { page: "jobs"; filters: ListFilters } | { page: "job"; jobId: string } | { page: "unknown" };

export const FILTER_NAMES = ["text", "type", "owner", "tag", "source"] as const;

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = split(hash.replace(/^#?\/?/, ""), "?");
  if (path === "") return { page: "jobs", filters: parseFilters(new URLSearchParams(query)) };
  const jobId = /^jobs\/([^/]+)$/.exec(path)?.[1];
  const decoded = jobId === undefined ? null : decodedComponent(jobId);
  return decoded === null ? { page: "unknown" } : { page: "job", jobId: decoded };
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function decodedComponent(component: string): string | null {
  try {
    return decodeURIComponent(component);
  } catch {
    return null;
  }
}

function parseFilters(given: URLSearchParams): ListFilters {
  const words = FILTER_NAMES.filter((name) => given.get(name)).map((name) => [name, given.get(name)]);
  const state = STATES.find((known) => known === given.get("state"));
  return { ...Object.fromEntries(words), ...(state !== undefined && { state }) } as ListFilters;
}

export function jobsPath(filters: ListFilters = {}): string {
  const given = Object.entries(filters).filter(([, value]) => value);
  return given.length === 0 ? "#/" : `#/?${new URLSearchParams(given)}`;
}

export function jobPath(jobId: string): string {
  return `#/jobs/${encodeURIComponent(jobId)}`;
}
