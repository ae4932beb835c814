/** The ways in which clients spell the path of a function. */
import type { FunctionRef } from "../engine/api.js";

/** `"dir/module:fn"`, `"module.js:fn"` and `"module"` (its default export). */
export function functionRef(path: string, component = ""): FunctionRef {
  const [module = "", name = "default"] = path.split(":");
  return { component, path: `${module.replace(/\.js$/, "")}:${name}` };
}

/** `/api/run/dir/module/fn` names the function by its last part; no name needs escapes. */
export function functionRefFromUrl(path: string): FunctionRef {
  if (path.includes(":")) return functionRef(path);
  const parts = path.split("/");
  const name = parts.pop() ?? "default";
  return parts.length === 0 ? functionRef(name) : functionRef(`${parts.join("/")}:${name}`);
}

/** Functions that a deployment answers itself, for the CLI and dashboards. */
export const isSystemPath = (ref: FunctionRef): boolean => ref.path.startsWith("_system/");
