/** What pushed code is once it has been evaluated. */
export type Module = Record<string, unknown>;

/** The modules of one component definition. */
export interface LoadedDefinition {
  definitionPath: string;
  /** What the default export of `convex.config` exports, or null without one. */
  config: DefinitionExport | null;
  schema: Module | null;
  /** By module path as pushed, shared chunks left out. */
  functions: Map<string, Module>;
}

/** The JSON of `defineApp()` or `defineComponent()`. */
export interface DefinitionExport {
  name?: string;
  httpPrefix?: string;
  childComponents: { name: string; path: string; env: [string, EnvironmentBinding][] | null }[];
  httpMounts: Record<string, string>;
  [other: string]: unknown;
}

export type EnvironmentBinding = { type: "value"; value: string } | { type: "envVar"; name: string };
