/** One table of one component: its committed documents and its indexes. */
import type { Document } from "./document.js";
import { fieldAt } from "./document.js";
import { orderKey } from "./order-key.js";
import { SortedMap } from "./sorted-map.js";

export interface IndexDefinition {
  readonly name: string;
  /** Without the `_creationTime` and `_id` that every index ends with. */
  readonly fields: readonly string[];
}

const BY_ID: IndexDefinition = { name: "by_id", fields: ["_id"] };
export const BY_CREATION_TIME: IndexDefinition = { name: "by_creation_time", fields: ["_creationTime"] };

export class Index {
  readonly entries = new SortedMap<Document>();
  /** All fields that order it, the appended ones included. */
  readonly fields: readonly string[];

  constructor(readonly definition: IndexDefinition) {
    const { fields } = definition;
    this.fields = [...fields, ...["_creationTime", "_id"].filter((field) => !fields.includes(field))];
    if (definition === BY_ID) this.fields = BY_ID.fields;
  }

  keyOf(document: Document): string {
    let key = "";
    for (const field of this.fields) key += orderKey(fieldAt(document.value, field));
    return key;
  }
}

export class Table {
  readonly documents = new Map<string, Document>();
  readonly indexes = new Map<string, Index>();

  constructor(
    readonly number: number,
    readonly component: string,
    readonly name: string,
  ) {
    for (const definition of [BY_ID, BY_CREATION_TIME])
      this.indexes.set(definition.name, new Index(definition));
  }

  /** Replaces the document of this id, or removes it when null. */
  put(id: string, next: Document | null): void {
    const previous = this.documents.get(id);
    if (next === null) this.documents.delete(id);
    else this.documents.set(id, next);
    for (const index of this.indexes.values()) {
      if (previous) index.entries.delete(index.keyOf(previous));
      if (next) index.entries.set(index.keyOf(next), next);
    }
  }

  /** Makes the declared indexes exactly these, building what is new. */
  declareIndexes(definitions: IndexDefinition[]): void {
    const builtIn = new Set([BY_ID.name, BY_CREATION_TIME.name]);
    const wanted = new Map(definitions.map((definition) => [definition.name, definition]));
    for (const [name, index] of this.indexes) {
      if (!builtIn.has(name) && !sameFields(wanted.get(name), index.definition)) this.indexes.delete(name);
    }
    for (const definition of definitions) {
      if (!this.indexes.has(definition.name)) this.indexes.set(definition.name, this.#build(definition));
    }
  }

  #build(definition: IndexDefinition): Index {
    const index = new Index(definition);
    for (const document of this.documents.values()) index.entries.set(index.keyOf(document), document);
    return index;
  }
}

function sameFields(a: IndexDefinition | undefined, b: IndexDefinition): boolean {
  return a !== undefined && a.fields.join(",") === b.fields.join(",");
}
