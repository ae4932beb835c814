/** The URL of a request, whatever the client wrote on its first line. */
import { badRequest } from "../api-error.js";
import type { IncomingRequest } from "./router.js";

/** The target is a path, or a whole URL if the client believes that it talks to a proxy. */
export function requestUrl({ url: target = "/" }: Pick<IncomingRequest, "url">, origin: string): URL {
  // Put together as text: as a relative URL, a path that begins with `//` would name a host.
  const text = target.startsWith("/") ? origin + target : target;
  if (!URL.canParse(text)) throw badRequest("BadRequest", "The URL of the request cannot be read.");
  return new URL(text);
}
