/** Convex's limits on values: what a document, an argument or a result may hold. */
import { getConvexSize, type Value } from "convex/values";

const MAX_DOCUMENT_BYTES = 1 << 20;
const MAX_DOCUMENT_NESTING = 16;
const MAX_VALUE_BYTES = 16 << 20;
const MAX_VALUE_NESTING = 64;
const MAX_FIELDS = 1024;
const MAX_ARRAY = 8192;

/** Throws an Error that names the field when the value cannot be stored as a document. */
export function checkDocument(fields: { [field: string]: Value | undefined }): void {
  for (const name of Object.keys(fields)) {
    if (name.startsWith("_") && name !== "_id" && name !== "_creationTime") {
      throw new Error(
        `Field name ${name} starts with an underscore, which is only allowed in system fields.`,
      );
    }
  }
  checkShape(fields, MAX_DOCUMENT_NESTING, "");
  const size = getConvexSize(fields);
  if (size > MAX_DOCUMENT_BYTES) {
    throw new Error(`Value is too large (${size} bytes > maximum size ${MAX_DOCUMENT_BYTES} bytes).`);
  }
}

/** `what` starts the message, as in `Function jobs:list return value`. */
export function checkArgumentOrResult(value: Value, what: string): void {
  try {
    checkShape(value, MAX_VALUE_NESTING, "");
  } catch (error) {
    throw new Error(`${what} invalid: ${(error as Error).message}`);
  }
  const size = getConvexSize(value);
  if (size > MAX_VALUE_BYTES) {
    throw new Error(`${what} is too large (actual: ${size} bytes, limit: ${MAX_VALUE_BYTES} bytes).`);
  }
}

function checkShape(value: Value | undefined, nestingLeft: number, path: string): void {
  if (typeof value === "string") checkText(value, path);
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return;
  if (nestingLeft === 0) throw new Error(`Value is too deeply nested${at(path)}: limit the nesting.`);
  if (Array.isArray(value)) checkArray(value, nestingLeft, path);
  else checkFields(value as { [field: string]: Value }, nestingLeft, path);
}

function checkArray(value: Value[], nestingLeft: number, path: string): void {
  if (value.length > MAX_ARRAY) {
    throw new Error(`Array length is too long (${value.length} > maximum length ${MAX_ARRAY})${at(path)}.`);
  }
  value.forEach((element, index) => checkShape(element, nestingLeft - 1, `${path}[${index}]`));
}

function checkFields(value: { [field: string]: Value }, nestingLeft: number, path: string): void {
  const entries = Object.entries(value);
  if (entries.length > MAX_FIELDS) {
    throw new Error(
      `Object has too many fields (${entries.length} > maximum number ${MAX_FIELDS})${at(path)}.`,
    );
  }
  for (const [name, field] of entries) checkShape(field, nestingLeft - 1, `${path}.${name}`);
}

function checkText(value: string, path: string): void {
  // Half of a surrogate pair has no UTF-8 form: it would come back as another string.
  if (/[\ud800-\udfff]/u.test(value))
    throw new Error(`String is not valid Unicode${at(path)}: it has a lone surrogate.`);
}

function at(path: string): string {
  return path === "" ? "" : ` at path ${path}`;
}
