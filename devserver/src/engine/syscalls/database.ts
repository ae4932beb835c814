/** Single documents: get, insert, patch, replace, delete. */
import { convexToJson, jsonToConvex, type JSONValue } from "convex/values";
import type { Json } from "../api.js";
import type { Call } from "../call.js";
import { newId, tableNumberOf } from "../document-id.js";
import { documentJson, makeDocument, type Document, type Fields } from "../document.js";
import { decodeOrUndefined } from "../filter.js";
import { checkReadable } from "../system-tables.js";
import type { Table } from "../table.js";
import { printValue } from "../validator-text.js";
import { checkDocument } from "../value-limits.js";
import type { AsyncSyscall } from "./index.js";

interface IdArgs {
  id: Json;
  table?: string;
}

const MAX_TABLE_NAME = 64;

export const databaseSyscalls: Record<string, AsyncSyscall> = {
  "1.0/get": get,
  "1.0/insert": insert,
  "1.0/remove": remove,
  "1.0/replace": replace,
  "1.0/shallowMerge": patch,
};

export function normalizeId(call: Call, { table, idString }: { table: string; idString: string }): Json {
  return { id: call.runtime.idCheck(call.component)(idString, table) ? idString : null };
}

function get(call: Call, args: IdArgs & { isSystem: boolean }): Json {
  const transaction = call.requireTransaction();
  const { table, id } = locate(call, args, "get");
  if (table.name.startsWith("_") !== args.isSystem) {
    const [kind, place] = args.isSystem ? ["User", "db"] : ["System", "db.system"];
    throw new Error(`${kind} tables can only be accessed from ${place}.get().`);
  }
  transaction.usage.add("databaseQueries", 1);
  const document = transaction.get(table, id);
  if (document === null) return null;
  transaction.usage.addRead(document.size);
  return documentJson(document);
}

function insert(call: Call, args: { table: string; value: JSONValue }): Json {
  const transaction = call.requireMutation();
  checkTableName(args.table);
  const fields = asFields(jsonToConvex(args.value) as Fields, "insert");
  if ("_id" in fields || "_creationTime" in fields) {
    throw new Error(
      `Fields \`_id\` and \`_creationTime\` are set by the database: leave them out of \`db.insert\`.`,
    );
  }
  const table = call.runtime.store.table(call.component, args.table);
  checkFits(call, table, fields);
  const document = makeDocument(newId(table.number), call.runtime.store.nextCreationTime(), fields);
  transaction.usage.addWrite(document.size);
  transaction.put(table, document.id, document);
  return { _id: document.id };
}

function patch(call: Call, args: IdArgs & { value: { [field: string]: JSONValue } }): void {
  const target = existing(call, args, "patch");
  const changes = asFields(args.value, "patch") as unknown as typeof args.value;
  const fields: Fields = { ...target.document.value };
  for (const [name, json] of Object.entries(changes)) {
    const value = decodeOrUndefined(json);
    if (value === undefined) delete fields[name];
    else fields[name] = value;
  }
  overwrite(call, target, fields);
}

function replace(call: Call, args: IdArgs & { value: JSONValue }): void {
  const target = existing(call, args, "replace");
  overwrite(call, target, asFields(jsonToConvex(args.value) as Fields, "replace"));
}

function remove(call: Call, args: IdArgs): void {
  const { table, document } = existing(call, args, "delete");
  const transaction = call.requireMutation();
  transaction.usage.addWrite(0);
  transaction.put(table, document.id, null);
}

interface Target {
  table: Table;
  document: Document;
}

function existing(call: Call, args: IdArgs, method: "patch" | "replace" | "delete"): Target {
  const transaction = call.requireMutation();
  const { table, id } = locate(call, args, method);
  if (table.name.startsWith("_")) throw new Error("System tables (prefixed with `_`) are read-only.");
  const document = transaction.get(table, id);
  if (document === null) {
    const verb = { patch: "Update", replace: "Replace", delete: "Delete" }[method];
    throw new Error(`${verb} on nonexistent document ID ${id}`);
  }
  transaction.usage.addRead(document.size);
  return { table, document };
}

function overwrite(call: Call, { table, document }: Target, next: Fields): void {
  const { _id = document.id, _creationTime = document.creationTime, ...fields } = next;
  if (_id !== document.id) {
    throw new Error(
      `Provided \`_id\` field value ${printValue(_id)} does not match the document ID "${document.id}"`,
    );
  }
  if (_creationTime !== document.creationTime) {
    throw new Error(
      `Provided \`_creationTime\` field value ${printValue(_creationTime)} does not match the document's creation ` +
        `time ${document.creationTime}`,
    );
  }
  checkFits(call, table, fields);
  const transaction = call.requireMutation();
  const updated = makeDocument(document.id, document.creationTime, fields);
  transaction.usage.addWrite(updated.size);
  if (!sameValue(updated, document)) transaction.put(table, document.id, updated);
}

/** A write that changes nothing is none: it neither wakes queries nor grows the journal. */
function sameValue(a: Document, b: Document): boolean {
  return a.size === b.size && JSON.stringify(convexToJson(a.value)) === JSON.stringify(convexToJson(b.value));
}

function locate(call: Call, { id, table }: IdArgs, method: string): { table: Table; id: string } {
  if (typeof id !== "string") {
    throw new Error(`Invalid argument \`id\` for \`db.${method}\`, expected string but got '${typeof id}'`);
  }
  const number = tableNumberOf(id);
  const found = number === null ? undefined : call.runtime.store.tableByNumber(number);
  if (found === undefined || found.component !== call.component) {
    throw new Error(`Invalid argument \`id\` for \`db.${method}\`: Unable to decode ID "${id}"`);
  }
  checkReadable(found.name);
  if (table !== undefined && table !== found.name) {
    throw new Error(
      `Invalid argument \`id\` for \`db.${method}\`, expected ID in table '${table}' but got ID in table '${found.name}'`,
    );
  }
  return { table: found, id };
}

function asFields(value: Fields, method: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ArrayBuffer))
    return value;
  throw new Error(
    `Invalid argument \`value\` for \`db.${method}\`, expected object but got '${typeof value}'`,
  );
}

function checkTableName(name: string): void {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name) && name.length <= MAX_TABLE_NAME) return;
  throw new Error(
    `Table name "${name.slice(0, MAX_TABLE_NAME)}" is not valid: start with a letter, go on with letters, digits ` +
      `and underscores, at most ${MAX_TABLE_NAME}.`,
  );
}

function checkFits(call: Call, table: Table, fields: Fields): void {
  checkDocument(fields);
  const { schema } = call.deployment.component(call.component);
  const reason = schema.mismatch(table.name, fields, call.runtime.idCheck(call.component));
  if (reason !== null) {
    throw new Error(
      `Failed to insert or update a document in table "${table.name}" because it does not match the schema: ${reason}`,
    );
  }
}
