/** Resolves how functions name each other: by path, by component reference, or by handle. */
import type { FunctionRef } from "./api.js";
import { childPath } from "./deployment.js";
import { splitPath } from "./functions.js";

export interface FunctionAddress {
  name?: string;
  reference?: string;
  functionHandle?: string;
}

const HANDLE = "function://";
const CHILD = "_reference/childComponent/";

export function resolveAddress(address: FunctionAddress, from: string): FunctionRef {
  if (address.name !== undefined) return { component: from, path: trimPath(address.name) };
  if (address.functionHandle !== undefined) return parseHandle(address.functionHandle);
  if (address.reference?.startsWith(CHILD)) return resolveChild(address.reference.slice(CHILD.length), from);
  throw new Error(`"${address.reference}" is not a function reference that this deployment knows.`);
}

export function functionHandle(ref: FunctionRef): string {
  return `${HANDLE}${ref.component};${ref.path}`;
}

function parseHandle(handle: string): FunctionRef {
  const [component, path] = handle.slice(HANDLE.length).split(";");
  if (!handle.startsWith(HANDLE) || path === undefined)
    throw new Error(`"${handle}" is not a function handle.`);
  return { component: component!, path };
}

/** `"aggregate/public/insert"`: the child, then the module's path, then the function. */
function resolveChild(reference: string, from: string): FunctionRef {
  const [child, ...rest] = reference.split("/");
  const name = rest.pop();
  return { component: childPath(from, child!), path: `${rest.join("/")}:${name}` };
}

function trimPath(path: string): string {
  const { module, name } = splitPath(path);
  return name === "default" ? module : `${module}:${name}`;
}
