/** What every endpoint works on: the engine, the keys, and what only the protocols need to remember. */
import type { Analysis, Engine } from "../engine/api.js";
import type { FunctionLogs } from "./function-logs.js";
import type { Keys } from "./keys.js";
import type { Pushes } from "./push/pushes.js";

export interface Deployment {
  engine: Engine;
  keys: Keys;
  cloudUrl: string;
  siteUrl: string;
  /** Whether it serves the page, too. */
  hasPage: boolean;
  pushes: Pick<Pushes, "live" | "environmentChanged" | "stage" | "find" | "finish">;
  logs: FunctionLogs;
  /** Code or environment changed: every live query may answer differently now. */
  everythingChanged: Signal;
}

/** A list of listeners without arguments. */
export class Signal {
  private readonly listeners = new Set<() => void>();

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  send(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Analysis of the live code; the engine keeps the push but not what was learned from it. */
export async function liveAnalysis({ engine, pushes }: Deployment): Promise<Analysis | null> {
  if (pushes.live === null && engine.push !== null) {
    pushes.live = (await engine.stage(engine.push)).analysis;
  }
  return pushes.live;
}
