import { invalidField } from "../errors";
import type { MutationCtx } from "../server";

const MOST_AT_ONCE = 100;

export async function uploadUrls({ storage }: MutationCtx, count: number) {
  if (!Number.isInteger(count) || count < 1 || count > MOST_AT_ONCE) {
    throw invalidField("count", `must be a whole number from 1 to ${MOST_AT_ONCE}; it is ${count}`);
  }
  const urls = await Promise.all(Array.from({ length: count }, () => storage.generateUploadUrl()));
  return urls.map((url) => ({ kind: "upload" as const, url }));
}
