/** How values and validators are printed in error messages. */
import { convexToJson, type Value } from "convex/values";
import type { FieldJson, ValidatorJson } from "./validator.js";

const MAX_LENGTH = 2_000;

export function printValue(value: Value): string {
  const text = typeof value === "bigint" ? `${value}n` : JSON.stringify(convexToJson(value));
  return text.length <= MAX_LENGTH ? text : text.slice(0, MAX_LENGTH) + "[...truncated]";
}

const NAMES: Record<string, string> = { number: "float64", bigint: "int64" };

export function printValidator(validator: ValidatorJson): string {
  switch (validator.type) {
    case "literal":
      return `v.literal(${JSON.stringify(validator.value)})`;
    case "id":
      return `v.id("${validator.tableName}")`;
    case "array":
      return `v.array(${printValidator(validator.value)})`;
    case "union":
      return `v.union(${validator.value.map(printValidator).join(", ")})`;
    case "record":
      return `v.record(${printValidator(validator.keys)}, ${printValidator(validator.values.fieldType)})`;
    case "object":
      return `v.object({${Object.entries(validator.value).map(printField).join(", ")}})`;
    default:
      return `v.${NAMES[validator.type] ?? validator.type}()`;
  }
}

function printField([name, { fieldType, optional }]: [string, FieldJson]): string {
  return `${name}: ${optional ? `v.optional(${printValidator(fieldType)})` : printValidator(fieldType)}`;
}
