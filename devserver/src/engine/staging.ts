/** Takes a push from text to live code: import, analyse, check against the data, switch. */
import type { Push, Staged } from "./api.js";
import { analyze } from "./analysis.js";
import { Deployment } from "./deployment.js";
import { userFields } from "./document.js";
import { loadWithEnvironment, withOrigins } from "./environment.js";
import type { CodeDisk } from "./disk.js";
import type { LoadedDefinition } from "./modules.js";
import type { Runtime } from "./runtime.js";
import type { Store } from "./store.js";

type IndexEntry = [table: string, index: string, fields: string[]];

export class Staging {
  #last: number;
  /** Number of the push that is live. */
  live: number | null = null;

  private constructor(
    private readonly runtime: Runtime,
    private readonly code: CodeDisk,
    private readonly onActivated: (deployment: Deployment) => void,
    last: number,
  ) {
    this.#last = last;
  }

  /** `live` is the push that the journal names, if any: it is loaded, and what other pushes left is removed. */
  static async open(
    runtime: Runtime,
    code: CodeDisk,
    live: number | null,
    onActivated: (deployment: Deployment) => void,
  ): Promise<Staging> {
    const kept = await code.numbers();
    for (const number of kept) if (number !== live) await code.remove(number);
    const staging = new Staging(runtime, code, onActivated, Math.max(0, live ?? 0, ...kept));
    if (live !== null) await staging.#restore(live);
    return staging;
  }

  async stage(push: Push): Promise<Staged> {
    const number = (this.#last += 1);
    await this.code.save(number, push);
    const definitions = await this.#load(number, push);
    const deployment = new Deployment(push, definitions);
    return {
      analysis: analyze(definitions, deployment),
      checkDocuments: () => checkDocuments(this.runtime, deployment),
      indexDiff: () => indexDiff(this.runtime.store, deployment),
      activate: () => {
        this.live = number;
        this.runtime.store.commit([], { push: number });
        this.#goLive(deployment);
        return Promise.resolve();
      },
    };
  }

  async #restore(number: number): Promise<void> {
    this.live = number;
    const push = await this.code.read(number);
    this.#goLive(new Deployment(push, await this.#load(number, push)));
  }

  #load(number: number, push: Push): Promise<LoadedDefinition[]> {
    const { environment, options } = this.runtime;
    return loadWithEnvironment(withOrigins(environment.list(), options), () => this.code.load(number, push));
  }

  #goLive(deployment: Deployment): void {
    this.runtime.deployment = deployment;
    for (const { path: component, schema } of deployment.components.values()) {
      for (const name of schema.tableNames) this.runtime.store.table(component, name);
    }
    for (const table of this.runtime.store.allTables()) {
      table.declareIndexes(deployment.components.get(table.component)?.schema.indexes(table.name) ?? []);
    }
    this.onActivated(deployment);
  }
}

function checkDocuments(
  runtime: Runtime,
  deployment: Deployment,
): { component: string; table: string; error: string } | null {
  for (const table of runtime.store.allTables()) {
    const schema = deployment.components.get(table.component)?.schema;
    for (const document of schema ? table.documents.values() : []) {
      const reason = schema!.mismatch(table.name, userFields(document), runtime.idCheck(table.component));
      if (reason === null) continue;
      const error = `Document with ID "${document.id}" in table "${table.name}" does not match the schema: ${reason}`;
      return { component: table.component, table: table.name, error };
    }
  }
  return null;
}

function indexDiff(store: Store, deployment: Deployment): ReturnType<Staged["indexDiff"]> {
  const components = new Set([
    ...deployment.components.keys(),
    ...[...store.allTables()].map((t) => t.component),
  ]);
  return Object.fromEntries(
    [...components].map((component) => {
      const before = currentIndexes(store, component);
      const after = declaredIndexes(deployment, component);
      return [component, { added: without(after, before), removed: without(before, after) }];
    }),
  );
}

function currentIndexes(store: Store, component: string): IndexEntry[] {
  const tables = [...store.allTables()].filter((table) => table.component === component);
  return tables.flatMap((table) =>
    [...table.indexes.values()]
      .filter(({ definition }) => definition.name !== "by_id" && definition.name !== "by_creation_time")
      .map(({ definition }): IndexEntry => [table.name, definition.name, [...definition.fields]]),
  );
}

function declaredIndexes(deployment: Deployment, component: string): IndexEntry[] {
  const schema = deployment.components.get(component)?.schema;
  return (schema?.tableNames ?? []).flatMap((table) =>
    schema!.indexes(table).map(({ name, fields }): IndexEntry => [table, name, [...fields]]),
  );
}

function without(entries: IndexEntry[], others: IndexEntry[]): IndexEntry[] {
  const known = new Set(others.map((entry) => JSON.stringify(entry)));
  return entries.filter((entry) => !known.has(JSON.stringify(entry)));
}
