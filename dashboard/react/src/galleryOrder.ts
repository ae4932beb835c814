/** What a job was run for comes first, what helps to understand it last. */
const ROLES = ["output", "preview", "thumbnail", "mask", "input", "debug", "trace", "log"];

function rank(role: string): number {
  const index = ROLES.indexOf(role);
  return index < 0 ? ROLES.length : index;
}

/** By role, and by name within it, where `page 10` comes after `page 9`. */
export function galleryOrder<Asset extends { role: string; filename: string }>(
  assets: readonly Asset[],
): Asset[] {
  return [...assets].sort(
    (left, right) =>
      rank(left.role) - rank(right.role) ||
      left.role.localeCompare(right.role) ||
      left.filename.localeCompare(right.filename, undefined, { numeric: true }),
  );
}
