/** The schema of one component: what `schema.export()` says about tables, indexes and validation. */
import type { Json } from "./api.js";
import type { Fields } from "./document.js";
import type { Module } from "./modules.js";
import type { IndexDefinition } from "./table.js";
import { mismatch, type IdCheck, type ValidatorJson } from "./validator.js";

interface SchemaExport {
  tables: {
    tableName: string;
    indexes: { indexDescriptor: string; fields: string[] }[];
    documentType: ValidatorJson;
  }[];
  schemaValidation: boolean;
}

export class Schema {
  static readonly none = new Schema(null);
  readonly #tables = new Map<string, { indexes: IndexDefinition[]; validator: ValidatorJson }>();
  readonly #validates: boolean;

  constructor(exported: SchemaExport | null) {
    this.#validates = exported?.schemaValidation ?? false;
    for (const { tableName, indexes, documentType } of exported?.tables ?? []) {
      this.#tables.set(tableName, {
        indexes: indexes.map(({ indexDescriptor, fields }) => ({ name: indexDescriptor, fields })),
        validator: documentType,
      });
    }
  }

  get tableNames(): string[] {
    return [...this.#tables.keys()];
  }

  indexes(table: string): IndexDefinition[] {
    return this.#tables.get(table)?.indexes ?? [];
  }

  /** Why these fields (without `_id` and `_creationTime`) do not fit the table; null when they do. */
  mismatch(table: string, fields: Fields, isId: IdCheck): string | null {
    const declared = this.#tables.get(table);
    if (!this.#validates || declared === undefined) return null;
    return mismatch(declared.validator, fields, isId);
  }
}

export function exportSchema(module: Module | null): Json {
  if (module === null) return null;
  const schema = module["default"] as { export?(): string } | undefined;
  if (typeof schema?.export !== "function") {
    throw new Error("schema.ts has no default export made by `defineSchema()`: export it as default.");
  }
  return JSON.parse(schema.export()) as Json;
}

export function parseSchema(exported: Json): Schema {
  return exported === null ? Schema.none : new Schema(exported as unknown as SchemaExport);
}
