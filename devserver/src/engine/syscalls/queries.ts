/** Queries: streamed, paginated, counted. */
import type { Json } from "../api.js";
import type { Call } from "../call.js";
import { documentJson } from "../document.js";
import { readPage, type PageRequest } from "../pagination.js";
import { QueryStream, resolveSource, type SerializedQuery, type Source } from "../query.js";
import { checkReadable } from "../system-tables.js";
import type { AsyncSyscall } from "./index.js";

export const querySyscalls: Record<string, AsyncSyscall> = {
  "1.0/count": count,
  "1.0/queryPage": page,
  "1.0/queryStreamNext": next,
};

export function openStream(call: Call, { query }: { query: SerializedQuery }): Json {
  const source = open(call, query);
  return { queryId: call.addStream(new QueryStream(call.requireTransaction(), source, query.operators)) };
}

export function closeStream(call: Call, { queryId }: { queryId: number }): Json {
  call.streams.delete(queryId);
  return {};
}

function next(call: Call, { queryId }: { queryId: number }): Json {
  const document = call.streams.get(queryId)?.next() ?? null;
  return { value: document && documentJson(document), done: document === null };
}

function page(call: Call, request: PageRequest): Json {
  if (call.page !== null) {
    throw new Error(
      "This query or mutation function ran multiple paginated queries. Convex only supports a single paginated query in each function.",
    );
  }
  const source = open(call, request.query);
  const transaction = call.requireTransaction();
  const isOutermost = call.depth === 0;
  const endCursor = request.endCursor ?? (isOutermost ? transaction.pageEnd : null);
  call.page = readPage(transaction, source, { ...request, endCursor });
  if (isOutermost) transaction.pageEnd = call.page.continueCursor;
  return { ...call.page, page: call.page.page.map(documentJson) };
}

function count(call: Call, { table }: { table: string }): Json {
  const query: SerializedQuery = {
    source: { type: "FullTableScan", tableName: table, order: null },
    operators: [],
  };
  const stream = new QueryStream(call.requireTransaction(), open(call, query), []);
  let total = 0;
  while (stream.next() !== null) total += 1;
  return total;
}

function open(call: Call, query: SerializedQuery): Source {
  call.requireTransaction().usage.add("databaseQueries", 1);
  const source = resolveSource(call.runtime.store, call.component, query);
  checkReadable(source.table.name);
  return source;
}
