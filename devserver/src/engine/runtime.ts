/** What the parts of one open engine share. */
import type { EngineOptions, Json } from "./api.js";
import { Deployment } from "./deployment.js";
import { newId, tableNumberOf } from "./document-id.js";
import { makeDocument, type Document, type Fields } from "./document.js";
import type { Environment } from "./environment.js";
import type { FileStore } from "./files.js";
import { Runner } from "./runner.js";
import type { Store } from "./store.js";
import type { Table } from "./table.js";
import { Transaction } from "./transaction.js";
import type { UploadTokens } from "./upload-token.js";
import type { IdCheck } from "./validator.js";

export class Runtime {
  deployment = Deployment.empty;
  readonly runner = new Runner(this);
  readonly logListeners = new Set<(entry: Json) => void>();

  constructor(
    readonly options: EngineOptions,
    readonly store: Store,
    readonly environment: Environment,
    readonly files: FileStore,
    readonly uploadTokens: UploadTokens,
  ) {}

  /** Where pushed code lives. */
  get codeFolder(): string {
    return this.options.disk.code.folder;
  }

  now(): number {
    return this.store.now();
  }

  /** A transaction of the engine's own: synchronous, so that nothing can come in between. */
  write<T>(body: (transaction: Transaction) => T): T {
    const transaction = new Transaction(this.store);
    try {
      const result = body(transaction);
      const writes = transaction.writes();
      if (writes.length > 0) this.store.commit(writes);
      return result;
    } finally {
      transaction.release();
    }
  }

  /** Adds a row without asking a schema. */
  insert(transaction: Transaction, table: Table, fields: Fields, internal?: Json): Document {
    const document = makeDocument(newId(table.number), this.store.nextCreationTime(), fields, internal);
    transaction.put(table, document.id, document);
    return document;
  }

  /** Whether a text is an id of a component's table; for validators and `normalizeId`. */
  idCheck(component: string): IdCheck {
    return (id, name) => {
      const number = tableNumberOf(id);
      const table = number === null ? undefined : this.store.tableByNumber(number);
      return table?.name === name && table.component === component;
    };
  }
}
