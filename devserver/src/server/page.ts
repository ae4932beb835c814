/** The page that comes with jobsync, served as the `serving.json` beside it says. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Route } from "./http/router.js";

interface ServedFile {
  path: string;
  file: string;
  headers: Record<string, string>;
}

/** Reads everything at once: it is small, and no request can name a file that is not part of it. */
export async function pageRoutes(folder: string): Promise<Route[]> {
  const served = JSON.parse(await readFile(join(folder, "serving.json"), "utf8")) as ServedFile[];
  return Promise.all(
    served.map(async ({ path, file, headers }): Promise<Route> => {
      const body = await readFile(join(folder, file));
      const handle: Route["handle"] = ({ deployment }) => ({
        status: 200,
        headers: { ...headersFor(headers, deployment.cloudUrl), "content-length": body.length },
        body,
      });
      return { method: "GET", path, handle };
    }),
  );
}

function headersFor(headers: Record<string, string>, origin: string): Record<string, string> {
  const socket = origin.replace(/^http/, "ws");
  const fill = (value: string) => value.replaceAll("{deployment}", origin).replaceAll("{socket}", socket);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]));
}
