import type { Share } from "../../../../convex/validators";
import type { Address } from "../session/fragment";

/** The deployment knows where its page is, or this page is taken for it. */
export function shareLink(share: Share, jobId: string, address: Address, page: URL | Location): string {
  if (share.link !== undefined) return share.link;
  const { deployment, functions } = address;
  const where = { deployment, ...(functions !== undefined && { functions }) };
  const fragment = new URLSearchParams({ share: share.token, job: jobId, ...where });
  return `${page.origin}${page.pathname}#${fragment}`;
}

/** Whether a link leads to a machine that only the person before it can reach. */
export function isLocal(link: string): boolean {
  const { hostname } = new URL(link);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
