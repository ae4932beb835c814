/** `structuredClone`, for plain data. */
export function clone<T>(value: T): T {
  if (typeof value === "function") throw new TypeError("A function cannot be cloned.");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => clone(item)) as T;
  if (value instanceof ArrayBuffer || value instanceof Uint8Array) return value.slice() as T;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clone<unknown>(inner)])) as T;
}
