const UNITS = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "min", ms: 60_000 },
  { name: "s", ms: 1_000 },
];

/** A length of time in its two largest units: `2 h 5 min`; below ten seconds with a decimal, below one in ms. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const rounded = Math.round(ms / 1_000) * 1_000;
  const largest = UNITS.findIndex((unit) => rounded >= unit.ms);
  const [first, second] = UNITS.slice(largest);
  const whole = Math.floor(rounded / first!.ms);
  const rest = second === undefined ? 0 : Math.floor((rounded % first!.ms) / second.ms);
  return rest === 0 ? `${whole} ${first!.name}` : `${whole} ${first!.name} ${rest} ${second!.name}`;
}
