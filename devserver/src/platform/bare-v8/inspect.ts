/** A value as a log line shows it. */
export function inspect(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (value instanceof Error) return value.stack ?? String(value);
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner));
}
