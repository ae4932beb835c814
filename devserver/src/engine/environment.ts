/** Environment variables of the deployment, and what each component sees of them. */
import { AsyncContext, toBytes } from "#platform";
import type { Call } from "./call.js";
import type { EngineOptions } from "./api.js";
import type { Deployment } from "./deployment.js";
import type { Store } from "./store.js";

const MAX_NAME = 256;
const MAX_VALUE = 8 << 10;

export class Environment {
  readonly #values = new Map<string, string>();

  constructor(private readonly store: Store) {}

  list(): Record<string, string> {
    return Object.fromEntries([...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Applies what the journal says. */
  replay(changes: Record<string, string | null>): void {
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) this.#values.delete(name);
      else this.#values.set(name, value);
    }
  }

  update(changes: Record<string, string | null>): void {
    for (const [name, value] of Object.entries(changes)) check(name, value);
    if (Object.keys(changes).length === 0) return;
    // Queries that read it run again because of this commit: they must find the new values.
    const before = this.list();
    this.replay(changes);
    try {
      this.store.commit([], { environment: changes });
    } catch (error) {
      this.#values.clear();
      this.replay(before);
      throw error;
    }
  }

  /** Sets these, and removes all others. */
  reset(values: Record<string, string>): void {
    const without = Object.fromEntries([...this.#values.keys()].map((name) => [name, null]));
    this.update({ ...without, ...values });
  }

  /** What a component's functions see: the app everything, a component what its parent binds for it. */
  visibleTo(deployment: Deployment, component: string): Record<string, string> {
    const bindings = deployment.components.get(component)?.environment;
    if (bindings === undefined || bindings === null) return this.list();
    const parent = this.visibleTo(deployment, component.split("/").slice(0, -1).join("/"));
    return Object.fromEntries(
      bindings.flatMap(([name, binding]) => {
        const value = binding.type === "value" ? binding.value : parent[binding.name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }
}

export function environmentOf({ runtime, deployment, component }: Call): Record<string, string> {
  return withOrigins(runtime.environment.visibleTo(deployment, component), runtime.options);
}

export function withOrigins(values: Record<string, string>, options: EngineOptions): Record<string, string> {
  return { ...values, CONVEX_CLOUD_URL: options.cloudUrl, CONVEX_SITE_URL: options.siteUrl };
}

const loading = new AsyncContext<Record<string, string>>();

/** What the top level of a module sees while it is imported, before any function runs. */
export function loadWithEnvironment<T>(values: Record<string, string>, load: () => Promise<T>): Promise<T> {
  return loading.run(values, load);
}

export function loadingEnvironment(): Record<string, string> | undefined {
  return loading.getStore();
}

function check(name: string, value: string | null): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name.length > MAX_NAME) {
    throw new Error(
      `Environment variable name "${name.slice(0, MAX_NAME)}" is not valid: ` +
        `use letters, digits and underscores, at most ${MAX_NAME}.`,
    );
  }
  if (value !== null && toBytes(value, "utf8").length > MAX_VALUE) {
    throw new Error(`The value of environment variable ${name} is larger than ${MAX_VALUE} bytes.`);
  }
}
