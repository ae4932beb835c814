/**
 * Writes `serving.json` beside a built page: under which path each file is served, and with which headers.
 * Both that serve it follow it, `jobsync dev` and `jobsync dashboard`. In a header `{deployment}` stands for
 * the deployment's origin and `{socket}` for the same as a WebSocket's.
 */
import { readdir, writeFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** What a page that shows other people's text and files may do; all else is forbidden. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self' {deployment} {socket}",
  "img-src 'self' {deployment}",
  "media-src {deployment}",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
];

const HEADERS = {
  "content-security-policy": POLICY.join("; "),
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Names of what lies in assets/ change with their content, so it is kept for ever. */
const cacheControl = (path) =>
  path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";

function headersOf(path, file) {
  const type = TYPES[extname(file)];
  if (type === undefined) throw new Error(`${file} is of a type that dashboard/serving.mjs does not know.`);
  return { "content-type": type, "cache-control": cacheControl(path), ...HEADERS };
}

export async function describeServing(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name !== "serving.json")
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join("/"),
    );
  const files = names.sort().map((file) => {
    const path = file === "index.html" ? "/" : `/${file}`;
    return { path, file, headers: headersOf(path, file) };
  });
  await writeFile(join(folder, "serving.json"), `${JSON.stringify(files, null, 2)}\n`);
}
