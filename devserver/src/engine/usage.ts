/** What a transaction has read, written and scheduled, and Convex's limits on it. */

const MiB = 1 << 20;

export const LIMITS = {
  bytesRead: 16 * MiB,
  bytesWritten: 16 * MiB,
  databaseQueries: 4_096,
  documentsRead: 32_000,
  documentsWritten: 16_000,
  functionsScheduled: 1_000,
  scheduledFunctionArgsBytes: 16 * MiB,
};

export type Metric = keyof typeof LIMITS;
type Amounts = Record<Metric, number>;

const EXCEEDED: Record<Metric, (limit: number) => string> = {
  bytesRead: (limit) => `Read too much data in a single function execution (limit: ${limit} bytes).`,
  bytesWritten: (limit) => `Wrote too much data in a single function execution (limit: ${limit} bytes).`,
  databaseQueries: (limit) => `Too many index ranges read in a single function execution (limit: ${limit}).`,
  documentsRead: (limit) => `Scanned too many documents in a single function execution (limit: ${limit}).`,
  documentsWritten: (limit) => `Wrote too many documents in a single function execution (limit: ${limit}).`,
  functionsScheduled: (limit) => `Scheduled too many functions in a single mutation (limit: ${limit}).`,
  scheduledFunctionArgsBytes: (limit) =>
    `Arguments of scheduled functions are too large (limit: ${limit} bytes).`,
};

const WRITE_METRICS: Metric[] = [
  "bytesWritten",
  "documentsWritten",
  "functionsScheduled",
  "scheduledFunctionArgsBytes",
];

export class Usage {
  #used: Amounts = { ...LIMITS };
  #limits: Amounts = { ...LIMITS };

  constructor() {
    for (const metric of Object.keys(LIMITS) as Metric[]) this.#used[metric] = 0;
  }

  add(metric: Metric, amount: number): void {
    this.#used[metric] += amount;
    const limit = this.#limits[metric];
    if (this.#used[metric] > limit) {
      throw new Error(
        `${EXCEEDED[metric](limit)} This is a Convex limit: https://docs.convex.dev/production/state/limits`,
      );
    }
  }

  addRead(bytes: number): void {
    this.add("bytesRead", bytes);
    this.add("documentsRead", 1);
  }

  addWrite(bytes: number): void {
    this.add("bytesWritten", bytes);
    this.add("documentsWritten", 1);
  }

  /** Begins a nested call, which may have a tighter budget. Returns how to end it. */
  enter(budget: Partial<Amounts> = {}): (outcome: "kept" | "rolledBack") => void {
    const usedBefore = { ...this.#used };
    const limitsBefore = { ...this.#limits };
    for (const [metric, allowance] of Object.entries(budget) as [Metric, number][]) {
      if (!(metric in LIMITS)) throw new Error(`Unknown transaction limit "${metric}".`);
      this.#limits[metric] = Math.min(this.#limits[metric], this.#used[metric] + allowance);
    }
    return (outcome) => {
      this.#limits = limitsBefore;
      if (outcome === "kept") return;
      // What was read stays read; what was written is undone.
      for (const metric of WRITE_METRICS) this.#used[metric] = usedBefore[metric];
    };
  }

  report(): Record<Metric, { used: number; remaining: number }> {
    const metrics = Object.keys(LIMITS) as Metric[];
    return Object.fromEntries(
      metrics.map((metric) => {
        const used = this.#used[metric];
        return [metric, { used, remaining: Math.max(0, this.#limits[metric] - used) }];
      }),
    ) as Record<Metric, { used: number; remaining: number }>;
  }
}
