/** `Range: bytes=…` of a download. */

/** First and last byte, both included; null for the whole; several ranges are not offered. */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | "unsatisfiable" | null {
  if (header === undefined || !header.startsWith("bytes=")) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.replaceAll(" ", ""));
  if (match === null || (match[1] === "" && match[2] === "")) return "unsatisfiable";
  const [first, last] = [match[1] ?? "", match[2] ?? ""];
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end || start >= size ? "unsatisfiable" : { start, end };
}
