/** File storage: uploads by token, downloads by the uuid in a file's URL. */
import type { StoredFile } from "../engine/api.js";
import { ApiError, badRequest } from "./api-error.js";
import { parseRange } from "./byte-range.js";
import { json, type Exchange, type Reply, type Route } from "./http/router.js";

const THIRTY_DAYS_S = 30 * 24 * 3600;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const storageRoutes: Route[] = [
  { method: "POST", path: "/api/storage/upload", handle: handleUpload },
  { method: "GET", path: "/api/storage/*", handle: handleDownload },
];

async function handleUpload({ deployment, request, url }: Exchange): Promise<Reply> {
  const { storage } = deployment.engine;
  const token = storage.checkUploadToken(url.searchParams.get("token") ?? "");
  if ("error" in token) throw refusedToken(token.error);
  const options = {
    contentType: request.headers["content-type"] ?? null,
    sha256Base64: parseDigest(request.headers.digest),
  };
  return json(await storage.store(token.component, request, options).catch(refusedFile));
}

function refusedFile(error: Error): never {
  if (error.name === "Sha256Mismatch") throw badRequest("Sha256Mismatch", error.message);
  throw error;
}

function refusedToken(error: "expired" | "invalid"): ApiError {
  return error === "expired"
    ? new ApiError(401, "StorageTokenExpired", "The upload URL is older than an hour; ask for a new one.")
    : new ApiError(401, "StorageTokenInvalid", "This is not an upload URL of this deployment.");
}

export function parseDigest(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const match = /^sha-256=([A-Za-z0-9+/]{43}=)$/.exec(String(header));
  if (match === null) throw badRequest("BadHeader", "Digest must be `sha-256=<base64 of 32 bytes>`.");
  return match[1];
}

async function handleDownload({ deployment, request, rest, url }: Exchange): Promise<Reply> {
  if (!UUID.test(rest)) {
    throw badRequest(
      "InvalidStoragePath",
      "The path must end in the uuid of `storage.getUrl`, not in an id.",
    );
  }
  const component = url.searchParams.get("component") ?? "";
  const file = await deployment.engine.storage.open(component, rest);
  if (file === null) throw new ApiError(404, "FileNotFound", `There is no file ${rest}.`);
  const range = parseRange(request.headers.range, file.size);
  if (range === "unsatisfiable") {
    return { status: 416, headers: { ...fileHeaders(file), "content-range": `bytes */${file.size}` } };
  }
  return range === null ? wholeFile(file) : partOfFile(file, range);
}

function wholeFile(file: StoredFile): Reply {
  return {
    status: 200,
    headers: {
      ...fileHeaders(file),
      "content-length": file.size,
      digest: `sha-256=${file.sha256Base64}`,
    },
    body: file.read(),
  };
}

function partOfFile(file: StoredFile, range: { start: number; end: number }): Reply {
  return {
    status: 206,
    headers: {
      ...fileHeaders(file),
      "content-length": range.end - range.start + 1,
      "content-range": `bytes ${range.start}-${range.end}/${file.size}`,
    },
    body: file.read(range),
  };
}

/** The page is of the same origin: a file that is opened on its own may show itself, and nothing more. */
const FILE_POLICY =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

const fileHeaders = (file: StoredFile) => ({
  ...(file.contentType === null ? {} : { "content-type": file.contentType }),
  "accept-ranges": "bytes",
  "cache-control": `private, max-age=${THIRTY_DAYS_S}`,
  "content-security-policy": FILE_POLICY,
  "access-control-expose-headers": "Accept-Ranges, Content-Length, Content-Range, Digest",
});
