/** Checks values against validators in the JSON form that `exportArgs()` and `schema.export()` print. */
import { CommitTsPlaceholder, compareValues, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { isObject } from "./document.js";
import { printValidator, printValue } from "./validator-text.js";

export interface FieldJson {
  fieldType: ValidatorJson;
  optional: boolean;
}

export type ValidatorJson =
  | { type: "null" | "number" | "bigint" | "commitTs" | "boolean" | "string" | "bytes" | "any" }
  | { type: "literal"; value: JSONValue }
  | { type: "id"; tableName: string }
  | { type: "array"; value: ValidatorJson }
  | { type: "union"; value: ValidatorJson[] }
  | { type: "object"; value: Record<string, FieldJson> }
  | { type: "record"; keys: ValidatorJson; values: FieldJson };

/** Says whether an id belongs to a table of this name, in the component whose validator it is. */
export type IdCheck = (id: string, table: string) => boolean;

/** Why the value does not match, or null when it does. */
export function mismatch(validator: ValidatorJson, value: Value, isId: IdCheck, path = ""): string | null {
  switch (validator.type) {
    case "array":
      return Array.isArray(value)
        ? arrayMismatch(validator.value, value, isId, path)
        : wrong(validator, value, path);
    case "object":
      return isObject(value) ? objectMismatch(validator, value, isId, path) : wrong(validator, value, path);
    case "record":
      return isObject(value) ? recordMismatch(validator, value, isId, path) : wrong(validator, value, path);
    case "union":
      return validator.value.some((member) => mismatch(member, value, isId, path) === null)
        ? null
        : wrong(validator, value, path);
    case "id":
      if (typeof value !== "string") return wrong(validator, value, path);
      return isId(value, validator.tableName) ? null : wrongId(validator, value, path);
    default:
      return matchesScalar(validator, value) ? null : wrong(validator, value, path);
  }
}

type Scalar = Exclude<ValidatorJson, { type: "array" | "object" | "record" | "union" | "id" }>;

function matchesScalar(validator: Scalar, value: Value): boolean {
  switch (validator.type) {
    case "any":
      return true;
    case "null":
      return value === null;
    case "literal":
      return compareValues(jsonToConvex(validator.value), value) === 0;
    case "bytes":
      return value instanceof ArrayBuffer;
    case "bigint":
    case "commitTs":
      return typeof value === "bigint" || value instanceof CommitTsPlaceholder;
    default:
      return typeof value === validator.type;
  }
}

function arrayMismatch(element: ValidatorJson, values: Value[], isId: IdCheck, path: string): string | null {
  for (const [at, value] of values.entries()) {
    const found = mismatch(element, value, isId, `${path}[${at}]`);
    if (found !== null) return found;
  }
  return null;
}

type Fields = { [field: string]: Value | undefined };

function objectMismatch(
  validator: Extract<ValidatorJson, { type: "object" }>,
  value: Fields,
  isId: IdCheck,
  path: string,
): string | null {
  for (const [name, { fieldType, optional }] of Object.entries(validator.value)) {
    const field = value[name];
    if (field === undefined) {
      if (!optional) return missing(name, validator, value, path);
      continue;
    }
    const found = mismatch(fieldType, field, isId, `${path}.${name}`);
    if (found !== null) return found;
  }
  const extra = Object.keys(value).find((name) => !Object.hasOwn(validator.value, name));
  return extra === undefined ? null : unexpected(extra, validator, value, path);
}

function recordMismatch(
  validator: Extract<ValidatorJson, { type: "record" }>,
  value: Fields,
  isId: IdCheck,
  path: string,
): string | null {
  for (const [name, field] of Object.entries(value)) {
    const found =
      mismatch(validator.keys, name, isId, `${path}.${name}`) ??
      mismatch(validator.values.fieldType, field!, isId, `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}

function wrong(validator: ValidatorJson, value: Value, path: string): string {
  return `Value does not match validator.\n${at(path)}Value: ${printValue(value)}\nValidator: ${printValidator(validator)}`;
}

function wrongId(validator: ValidatorJson, value: string, path: string): string {
  return `Found ID "${value}" that does not belong to the table.\n${at(path)}Value: ${printValue(value)}\nValidator: ${printValidator(validator)}`;
}

function missing(name: string, validator: ValidatorJson, value: Value, path: string): string {
  return (
    `Object is missing the required field \`${name}\`. Consider wrapping the field validator in ` +
    `\`v.optional(...)\` if this is expected.\n\n${describe(validator, value, path)}`
  );
}

function unexpected(name: string, validator: ValidatorJson, value: Value, path: string): string {
  return `Object contains extra field \`${name}\` that is not in the validator.\n\n${describe(validator, value, path)}`;
}

function describe(validator: ValidatorJson, value: Value, path: string): string {
  return `${at(path)}Object: ${printValue(value)}\nValidator: ${printValidator(validator)}`;
}

function at(path: string): string {
  return path === "" ? "" : `Path: ${path}\n`;
}
