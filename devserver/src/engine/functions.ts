/** Registered functions: what a module exports, recognised by the marks that `query()` and its kin leave. */
import type { AnalyzedFunction, FunctionRef } from "./api.js";
import type { Module } from "./modules.js";
import type { ValidatorJson } from "./validator.js";

export type FunctionKind = "query" | "mutation" | "action";

export interface RegisteredFunction {
  kind: FunctionKind;
  isPublic: boolean;
  args: ValidatorJson;
  returns: ValidatorJson | null;
  /** Takes the JSON text of the arguments array, gives the JSON text of the result. */
  invoke(argsText: string, requestId: string): Promise<string>;
}

interface Marks {
  isQuery?: true;
  isMutation?: true;
  isAction?: true;
  isHttp?: true;
  isPublic?: true;
  exportArgs?(): string;
  exportReturns?(): string;
  invokeQuery?(args: string): Promise<string>;
  invokeMutation?(args: string): Promise<string>;
  invokeAction?(requestId: string, args: string): Promise<string>;
}

export function registeredFunction(exported: unknown): RegisteredFunction | null {
  const marks = marksOf(exported);
  const kind = marks && kindOf(marks);
  if (!marks || !kind) return null;
  return {
    kind,
    isPublic: marks.isPublic === true,
    args: JSON.parse(marks.exportArgs!()) as ValidatorJson,
    returns: JSON.parse(marks.exportReturns!()) as ValidatorJson | null,
    invoke(argsText, requestId) {
      if (kind === "query") return marks.invokeQuery!(argsText);
      if (kind === "mutation") return marks.invokeMutation!(argsText);
      return marks.invokeAction!(requestId, argsText);
    },
  };
}

/** How Convex names the kinds where it talks to tools. */
export const UDF_TYPES = { query: "Query", mutation: "Mutation", action: "Action" } as const;

export function analyzeFunctions(module: Module): AnalyzedFunction[] {
  return Object.entries(module).flatMap(([name, exported]): AnalyzedFunction[] => {
    const marks = marksOf(exported);
    if (marks?.isHttp) {
      return [{ name, udfType: "HttpAction", visibility: "public", args: null, returns: null }];
    }
    const kind = marks && kindOf(marks);
    if (!marks || !kind) return [];
    return [
      {
        name,
        udfType: UDF_TYPES[kind],
        visibility: marks.isPublic ? "public" : "internal",
        args: marks.exportArgs?.() ?? null,
        returns: marks.exportReturns?.() ?? null,
      },
    ];
  });
}

function marksOf(exported: unknown): Marks | null {
  return typeof exported === "function" ? (exported as Marks) : null;
}

function kindOf(marks: Marks): FunctionKind | null {
  if (marks.isQuery) return "query";
  if (marks.isMutation) return "mutation";
  return marks.isAction ? "action" : null;
}

/** `"dir/module.js:fn"` and `"dir/module:fn"` name the same function; without a name it is the default export. */
export function splitPath(path: string): { module: string; name: string } {
  const [module = "", name = "default"] = path.split(":");
  return { module: module.replace(/\.js$/, ""), name };
}

export function canonicalPath(path: string): string {
  const { module, name } = splitPath(path);
  return `${module}.js:${name}`;
}

export function describeRef(ref: FunctionRef): string {
  return ref.component === "" ? ref.path : `${ref.component}/${ref.path}`;
}
