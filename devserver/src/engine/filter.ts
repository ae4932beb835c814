/** Evaluates the expressions that `.filter(q => …)` serialises to. */
import { compareValues, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { fieldAt, type Fields } from "./document.js";

export type Expression = { [operator: string]: JSONValue };

/** Literals are decoded once, not once a document. */
export function compileFilter(expression: Expression): (document: Fields) => boolean {
  const evaluate = compile(expression);
  return (document) => evaluate(document) === true;
}

type Evaluate = (document: Fields) => Value | undefined;

function compile(expression: Expression): Evaluate {
  const [operator, operand] = Object.entries(expression)[0]!;
  switch (operator) {
    case "$literal": {
      const literal = decodeOrUndefined(operand);
      return () => literal;
    }
    case "$field":
      return (document) => fieldAt(document, operand as string);
    case "$not": {
      const inner = compile(operand as Expression);
      return (document) => !asBoolean(inner(document), "not");
    }
    case "$neg": {
      const inner = compile(operand as Expression);
      return (document) => -(inner(document) as number);
    }
    case "$and":
    case "$or":
      return junction(operator, (operand as Expression[]).map(compile));
    default:
      return binary(operator, (operand as Expression[]).map(compile));
  }
}

function junction(operator: "$and" | "$or", parts: Evaluate[]): Evaluate {
  const name = operator.slice(1);
  if (operator === "$and") return (document) => parts.every((part) => asBoolean(part(document), name));
  return (document) => parts.some((part) => asBoolean(part(document), name));
}

const COMPARISONS: Record<string, (order: number) => boolean> = {
  $eq: (order) => order === 0,
  $neq: (order) => order !== 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
};

type Arithmetic = (left: number, right: number) => number;

const ARITHMETIC: Record<string, Arithmetic> = {
  $add: (left, right) => left + right,
  $sub: (left, right) => left - right,
  $mul: (left, right) => left * right,
  $div: (left, right) => left / right,
  $mod: (left, right) => left % right,
};

function binary(operator: string, [left, right]: Evaluate[]): Evaluate {
  const comparison = COMPARISONS[operator];
  if (comparison) return (document) => comparison(compareValues(left!(document), right!(document)));
  const arithmetic = ARITHMETIC[operator];
  if (arithmetic === undefined) throw new Error(`Unknown operator "${operator}" in a filter expression.`);
  return (document) => {
    const operands = [left!(document), right!(document)];
    // Both are int64 or both are float64: JavaScript's operators take either, but never one of each.
    if (typeof operands[0] !== typeof operands[1] || !["number", "bigint"].includes(typeof operands[0])) {
      throw new Error(`The operands of \`q.${operator.slice(1)}\` must be two numbers of the same type.`);
    }
    return arithmetic(operands[0] as number, operands[1] as number);
  };
}

function asBoolean(value: Value | undefined, operator: string): boolean {
  if (typeof value === "boolean") return value;
  throw new Error(`The operands of \`q.${operator}\` must be booleans.`);
}

/** Bounds and literals may be `undefined`, which plain JSON cannot say. */
export function decodeOrUndefined(json: JSONValue): Value | undefined {
  const isUndefined = typeof json === "object" && json !== null && "$undefined" in json;
  return isUndefined ? undefined : jsonToConvex(json);
}
