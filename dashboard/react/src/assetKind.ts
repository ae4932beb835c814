/** How a file is best shown, from what is said of it and not from what is in it. */

export type AssetKind = "picture" | "audio" | "video" | "json" | "text" | "other";

export type Described = { filename: string; contentType: string | null };

/** What browsers draw; an SVG in an `<img>` runs no scripts. */
const PICTURES = new Set(["png", "jpeg", "gif", "webp", "avif", "bmp", "svg+xml"]);

const TEXT_TYPES = new Set([
  "application/javascript",
  "application/toml",
  "application/x-ndjson",
  "application/x-sh",
  "application/x-yaml",
  "application/xml",
  "application/yaml",
]);

const TEXT_ENDINGS = new Set("csv jsonl log md ndjson py rst sh sql toml ts tsv txt xml yaml yml".split(" "));

export function assetKind({ filename, contentType }: Described): AssetKind {
  const type = (contentType ?? "").split(";")[0]!.trim().toLowerCase();
  const [family, name = ""] = type.split("/");
  if (family === "image" && PICTURES.has(name)) return "picture";
  if (family === "audio" || family === "video") return family;
  if (name === "json" || name.endsWith("+json")) return "json";
  if (family === "text" || TEXT_TYPES.has(type)) return "text";
  return type === "" || type === "application/octet-stream" ? kindOfName(filename) : "other";
}

/** For a file of which nobody said what it is; guessing wrong shows some odd text, never more. */
function kindOfName(filename: string): AssetKind {
  const ending = /\.([a-z0-9]+)$/i.exec(filename)?.[1]?.toLowerCase() ?? "";
  if (ending === "json") return "json";
  return TEXT_ENDINGS.has(ending) ? "text" : "other";
}
