const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A size with three significant digits at most: `1.4 MiB`. */
export function bytes(count: number): string {
  const step = Math.min(UNITS.length - 1, count < 1 ? 0 : Math.floor(Math.log2(count) / 10));
  const size = count / 1024 ** step;
  return `${step === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[step]}`;
}
