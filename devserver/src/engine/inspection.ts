/** What the deployment shows to its admin: tables, documents, scheduled functions. */
import { toBytes, toText } from "#platform";
import type { Engine, Json, ScheduledInfo } from "./api.js";
import { documentJson } from "./document.js";
import type { Runtime } from "./runtime.js";
import { isOver, stateOf, targetOf } from "./scheduled-job.js";
import { SCHEDULED_FUNCTIONS } from "./system-tables.js";

export function inspection(runtime: Runtime): Engine["inspect"] {
  return {
    components: () => [...runtime.deployment.components.keys()],
    tables: (component) => userTables(runtime, component),
    page: (component, table, options) => page(runtime, component, table, options),
    scheduled: () => scheduled(runtime),
  };
}

/** Those that the schema declares or that hold something. */
function userTables(runtime: Runtime, component: string): string[] {
  const declared = runtime.deployment.components.get(component)?.schema.tableNames ?? [];
  const filled = [...runtime.store.allTables()].filter(
    (table) => table.component === component && !table.name.startsWith("_") && table.documents.size > 0,
  );
  return [...new Set([...declared, ...filled.map(({ name }) => name)])].sort();
}

function page(
  runtime: Runtime,
  component: string,
  tableName: string,
  { order, limit, cursor }: Parameters<Engine["inspect"]["page"]>[2],
): ReturnType<Engine["inspect"]["page"]> {
  const entries = runtime.store.existingTable(component, tableName)?.indexes.get("by_creation_time")!.entries;
  const ascending = order === "asc";
  let from = cursor === null ? (ascending ? "" : "\xff") : toText(toBytes(cursor, "base64url"), "latin1");
  const documents: Json[] = [];
  const next = () => (ascending ? entries?.atOrAfter(from) : entries?.before(from));
  for (let entry = next(); entry && documents.length < limit; entry = next()) {
    documents.push(documentJson(entry[1]));
    from = ascending ? entry[0] + "\x00" : entry[0];
  }
  return {
    documents,
    cursor: toText(toBytes(from, "latin1"), "base64url"),
    isDone: next() === undefined,
  };
}

function scheduled(runtime: Runtime): ScheduledInfo[] {
  const tables = [...runtime.store.allTables()].filter((table) => table.name === SCHEDULED_FUNCTIONS);
  return tables
    .flatMap((table) => [...table.documents.values()])
    .filter((job) => !isOver(job))
    .map((job) => ({
      id: job.id,
      ...targetOf(job),
      state: stateOf(job).kind,
      scheduledTime: job.value["scheduledTime"] as number,
    }))
    .sort((a, b) => a.scheduledTime - b.scheduledTime);
}
