/**
 * The code that is live: one instance per mounted component, each with its modules, schema and environment.
 * Immutable: a push makes a new one, and calls that are running finish on theirs.
 */
import type { FunctionRef, Push } from "./api.js";
import { registeredFunction, splitPath, type RegisteredFunction } from "./functions.js";
import type { EnvironmentBinding, LoadedDefinition, Module } from "./modules.js";
import type { Schema } from "./schema.js";
import { exportSchema, parseSchema } from "./schema.js";

export class ComponentInstance {
  readonly schema: Schema;
  readonly #functions = new Map<string, RegisteredFunction | null>();

  constructor(
    /** `""` for the app, `"aggregate/batchWorker"` for a component of a component. */
    readonly path: string,
    readonly definition: LoadedDefinition,
    /** How its parent fills its environment; null for the app, which has the deployment's. */
    readonly environment: [string, EnvironmentBinding][] | null,
  ) {
    this.schema = parseSchema(exportSchema(definition.schema));
  }

  module(name: string): Module | undefined {
    return this.definition.functions.get(`${name}.js`);
  }

  function(path: string): RegisteredFunction | null {
    let found = this.#functions.get(path);
    if (found === undefined) {
      const { module, name } = splitPath(path);
      found = registeredFunction(this.module(module)?.[name]);
      this.#functions.set(path, found);
    }
    return found;
  }

  /** The prefix of each child whose routes it serves, longest first. */
  httpMounts(): { prefix: string; component: string }[] {
    return Object.entries(this.definition.config?.httpMounts ?? {})
      .map(([prefix, reference]) => ({ prefix, component: childPath(this.path, reference.split("/")[2]!) }))
      .sort((a, b) => b.prefix.length - a.prefix.length);
  }
}

export class Deployment {
  static readonly empty = new Deployment(null, []);
  readonly components = new Map<string, ComponentInstance>();

  constructor(
    readonly push: Push | null,
    definitions: LoadedDefinition[],
  ) {
    const byPath = new Map(definitions.map((definition) => [definition.definitionPath, definition]));
    const app = byPath.get("");
    if (app !== undefined) this.#mount("", app, null, byPath);
  }

  component(path: string): ComponentInstance {
    const found = this.components.get(path);
    if (found === undefined) throw new Error(`There is no component mounted at "${path}".`);
    return found;
  }

  find(ref: FunctionRef): RegisteredFunction | null {
    return this.components.get(ref.component)?.function(ref.path) ?? null;
  }

  #mount(
    path: string,
    definition: LoadedDefinition,
    environment: [string, EnvironmentBinding][] | null,
    definitions: Map<string, LoadedDefinition>,
  ): void {
    this.components.set(path, new ComponentInstance(path, definition, environment));
    for (const child of definition.config?.childComponents ?? []) {
      const childDefinition = definitions.get(child.path);
      if (childDefinition === undefined) {
        throw new Error(`The push uses the component definition "${child.path}" but does not contain it.`);
      }
      this.#mount(childPath(path, child.name), childDefinition, child.env ?? [], definitions);
    }
  }
}

export function childPath(parent: string, name: string): string {
  return parent === "" ? name : `${parent}/${name}`;
}
