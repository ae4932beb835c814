/** Finds and runs the HTTP action for a request: the app's router, or that of a component it mounts. */
import type { Caller } from "./api.js";
import { requestInfo } from "./call.js";
import type { ComponentInstance } from "./deployment.js";
import { LogSink } from "./logging.js";
import type { Runtime } from "./runtime.js";

interface Router {
  lookup(
    path: string,
    method: string,
  ): readonly [{ invokeHttpAction(request: Request): Promise<Response> }, string, string] | null;
}

export async function runHttp(runtime: Runtime, request: Request, caller: Caller): Promise<Response> {
  const { pathname } = new URL(request.url);
  const app = runtime.deployment.components.get("");
  const found = app && route(runtime, app, pathname, request.method);
  if (!found) return new Response(`No HttpAction routed for ${pathname}`, { status: 404 });
  const ref = { component: found.component, path: `http:${found.route}` };
  const identity = found.component === "" ? caller.identity : null;
  const identifier = `${request.method} ${found.route}`;
  return runtime.runner.http(ref, identifier, identity, requestInfo(caller, new LogSink()), () =>
    found.run(request),
  );
}

interface Route {
  component: string;
  route: string;
  run(request: Request): Promise<Response>;
}

/** The component's own routes first, then those that it mounts, by the longest prefix. */
function route(runtime: Runtime, instance: ComponentInstance, path: string, method: string): Route | null {
  const router = instance.module("http")?.["default"] as Router | undefined;
  const own = router?.lookup(path, method);
  if (own) {
    const [action, , pattern] = own;
    return { component: instance.path, route: pattern, run: (request) => action.invokeHttpAction(request) };
  }
  for (const { prefix, component } of instance.httpMounts()) {
    const child = path.startsWith(prefix) ? runtime.deployment.components.get(component) : undefined;
    const found = child && route(runtime, child, path.slice(prefix.length - 1), method);
    if (found) return found;
  }
  return null;
}
