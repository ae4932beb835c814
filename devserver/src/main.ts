/** The command line of the embedded deployment. */
import { resolve } from "node:path";
import { inspect, parseArgs } from "node:util";
import { openEngine } from "./engine/index.js";
import { startServer, type RunningServer, type ServerOptions } from "./server/server.js";

const USAGE = `usage: node server.mjs [--port 3210] [--site-port 3211] [--data DIR] [--host 127.0.0.1] [--json]
                       [--page DIR] [--push FILE] [--record-push FILE] [--end-with-stdin]
                       [--for-tests [--clock-ahead MS]]

Runs a Convex deployment that keeps everything in DIR (.jobsync). Port 0 takes a free one.
  --json              print one line of JSON when ready: url, siteUrl, adminKey, apiKey, dataDir, pid
  --page DIR          serve the built page in DIR at /
  --push FILE         start with this recorded push, unless DIR holds code that was pushed to it
  --record-push FILE  record the next push into FILE
  --end-with-stdin    stop when standard input closes, as it does when the program that started this one ends
  --for-tests         let whoever has the admin key move the clock, empty the deployment and let calls fail,
                      with POST /api/jobsync/clock, …/reset and …/faults
  --clock-ahead MS    start with the clock so far ahead, as it was moved before`;

type Options = ServerOptions & { json: boolean; help: boolean; endWithStdin: boolean };

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "3210" },
      "site-port": { type: "string", default: "3211" },
      data: { type: "string", default: ".jobsync" },
      host: { type: "string", default: "127.0.0.1" },
      page: { type: "string" },
      push: { type: "string" },
      "record-push": { type: "string" },
      "end-with-stdin": { type: "boolean", default: false },
      "for-tests": { type: "boolean", default: false },
      "clock-ahead": { type: "string", default: "0" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return {
    host: values.host,
    port: parsePort("--port", values.port),
    sitePort: parsePort("--site-port", values["site-port"]),
    dataDir: resolve(values.data),
    page: values.page ?? null,
    push: values.push ?? null,
    recordPush: values["record-push"] ?? null,
    endWithStdin: values["end-with-stdin"],
    forTests: values["for-tests"] ? { clockAheadMs: parseMs("--clock-ahead", values["clock-ahead"]) } : null,
    json: values.json,
    help: values.help,
  };
}

function parsePort(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new Error(`${name} must be a port from 0 to 65535, not ${text}.`);
  return port;
}

function parseMs(name: string, text: string): number {
  const ms = Number(text);
  if (!Number.isFinite(ms) || text.trim() === "")
    throw new Error(`${name} must be milliseconds, not ${text}.`);
  return ms;
}

function announce({ deployment }: RunningServer, dataDir: string, json: boolean): void {
  const { cloudUrl: url, siteUrl, keys } = deployment;
  const line = json
    ? JSON.stringify({ url, siteUrl, ...keys, dataDir, pid: process.pid })
    : `A Convex deployment is running at ${url}\n  HTTP actions  ${siteUrl}\n  data and keys ${dataDir}\nStop it with Ctrl-C.`;
  process.stdout.write(`${line}\n`);
}

function stopWhenAsked(server: RunningServer, endWithStdin: boolean): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  if (endWithStdin) process.stdin.on("end", stop).on("error", stop).resume();
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return void process.stdout.write(`${USAGE}\n`);
  const server = await startServer(options, openEngine);
  stopWhenAsked(server, options.endWithStdin);
  announce(server, options.dataDir, options.json);
}

// What a pushed function left behind, such as a promise that nobody awaits or a timer that throws, must not
// take everybody else's calls down with it. Not written with console, which is the function's own there.
const report = (thrown: unknown) => process.stderr.write(`${inspect(thrown)}\n`);
process.on("unhandledRejection", report);
process.on("uncaughtException", report);

main().catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException;
  const hint =
    code === "EADDRINUSE" ? " Choose another with --port and --site-port, or 0 for a free one." : "";
  process.stderr.write(`jobsync: ${message}${hint}\n`);
  process.exit(1);
});
