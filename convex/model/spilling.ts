/** Values of a record that are too large for a document, put into files before the record is saved. For actions. */
import type { ActionCtx, Id } from "../server";
import { sha256Of } from "./digest";
import { mayBeLarge } from "./fields";
import { LARGEST_VALUES_BYTES, sizeOf } from "./size";
import { decode, fieldsOf, inFile, isObject, type Json, VALUE_LIMITS } from "./values";

/** Half, so that what is said later has room beside what stays. */
const ROOM_BYTES = LARGEST_VALUES_BYTES / 2;
const MOST_FILES = 32;

export type Spilled = { record: Json; storageIds: Id<"_storage">[] };

/** The record with its largest values in files, until the rest of them fits; the same record if it fits as it is. */
export async function spill({ storage }: Pick<ActionCtx, "storage">, record: Json): Promise<Spilled> {
  if (!isObject(record)) return { record, storageIds: [] };
  const fields = { ...fieldsOf(record) } as Record<string, Json>;
  const storageIds: Id<"_storage">[] = [];
  // So many fields are kept as one text, in which none can be a file's.
  if (Object.keys(fields).length > VALUE_LIMITS.fields) return { record, storageIds };
  for (const [key, value] of tooLarge(fields)) {
    const text = JSON.stringify(decode(value));
    const sha256 = await sha256Of(text);
    const storageId = await storage.store(new Blob([text], { type: "application/json" }));
    storageIds.push(storageId);
    fields[key] = inFile({ storageId, sha256 });
  }
  return { record: storageIds.length === 0 ? record : fields, storageIds };
}

function tooLarge(fields: Record<string, Json>): [string, Json][] {
  const sizes = Object.entries(fields)
    .filter(([key]) => mayBeLarge(key))
    .map(([key, value]) => ({ key, value, bytes: sizeOf(value) }))
    .sort((left, right) => right.bytes - left.bytes);
  let rest = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (rest <= LARGEST_VALUES_BYTES) return [];
  const largest = sizes.slice(0, MOST_FILES).filter(({ bytes }) => {
    const isOver = rest > ROOM_BYTES;
    if (isOver) rest -= bytes;
    return isOver;
  });
  return largest.map(({ key, value }) => [key, value]);
}
