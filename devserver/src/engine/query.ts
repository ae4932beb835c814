/** Runs serialised queries: a source (table or index range), then filters and limits. */
import type { Document } from "./document.js";
import { compileFilter, type Expression } from "./filter.js";
import { indexInterval, type RangeExpression } from "./index-range.js";
import type { Interval } from "./read-set.js";
import type { Store } from "./store.js";
import { BY_CREATION_TIME, type Index, type Table } from "./table.js";
import type { Order, RangeReader, Transaction } from "./transaction.js";

export interface SerializedQuery {
  source:
    | { type: "FullTableScan"; tableName: string; order: Order | null }
    | { type: "IndexRange"; indexName: string; range: RangeExpression[]; order: Order | null }
    | { type: "Search"; indexName: string };
  operators: ({ filter: Expression } | { limit: number })[];
}

export interface Source {
  table: Table;
  index: Index;
  interval: Interval;
  order: Order;
}

export function resolveSource(store: Store, component: string, query: SerializedQuery): Source {
  const { source } = query;
  if (source.type === "Search") {
    throw new Error(
      "The embedded deployment has no text search (withSearchIndex): use an index, or a hosted or self-hosted deployment.",
    );
  }
  const order = source.order ?? "asc";
  const [tableName, indexName] =
    source.type === "IndexRange" ? source.indexName.split(".") : [source.tableName, BY_CREATION_TIME.name];
  const table = store.table(component, tableName!);
  const index = table.indexes.get(indexName!);
  if (index === undefined) throw new Error(`Index ${tableName}.${indexName} not found.`);
  const interval = indexInterval(index.fields, source.type === "IndexRange" ? source.range : []);
  return { table, index, interval, order };
}

/** One `for await` over a query. */
export class QueryStream {
  readonly #reader: RangeReader;
  readonly #steps: Step[];

  constructor(transaction: Transaction, source: Source, operators: SerializedQuery["operators"]) {
    this.#reader = transaction.scan(source.table, source.index, source.interval, source.order);
    this.#steps = operators.map(makeStep);
  }

  next(): Document | null {
    if (this.#steps.some((step) => step.finished())) return null;
    for (let entry = this.#reader.next(); entry !== null; entry = this.#reader.next()) {
      const { document } = entry;
      if (this.#steps.every((step) => step.accept(document))) return document;
      if (this.#steps.some((step) => step.finished())) return null;
    }
    return null;
  }
}

interface Step {
  accept(document: Document): boolean;
  /** True when no further document can pass. */
  finished(): boolean;
}

function makeStep(operator: SerializedQuery["operators"][number]): Step {
  if ("filter" in operator) {
    const matches = compileFilter(operator.filter);
    return { accept: (document) => matches(document.value), finished: () => false };
  }
  let left = operator.limit;
  return {
    accept: () => {
      left -= 1;
      return true;
    },
    finished: () => left <= 0,
  };
}
