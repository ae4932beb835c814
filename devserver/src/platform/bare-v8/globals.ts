/** Gives this V8 the names that Convex functions find in every deployment. Imported before all else. */
import { followPromises } from "./async-context.js";
import { console } from "./console.js";
import { clone } from "./web/clone.js";
import { clearTimeout, setImmediate, setInterval, setTimeout } from "./tasks.js";
import { CryptoKey, crypto } from "./web/crypto.js";
import { atob, btoa, TextDecoder, TextEncoder } from "./web/encoding.js";
import { Blob, Headers, Request, Response } from "./web/http.js";
import { URL, URLSearchParams } from "./web/url.js";

followPromises();

Object.assign(globalThis, {
  ...{ atob, btoa, TextDecoder, TextEncoder },
  ...{ Blob, Headers, Request, Response, URL, URLSearchParams },
  ...{ crypto, CryptoKey },
  ...{ setTimeout, clearTimeout, setInterval, clearInterval: clearTimeout, setImmediate },
  console,
  queueMicrotask: (body: () => void) => void Promise.resolve().then(body),
  fetch: () => Promise.reject(new Error("A deployment in memory has no network: fetch() does nothing here.")),
  structuredClone: clone,
  process: { env: {} },
});
