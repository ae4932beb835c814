/** The messages of the sync protocol, as they are on the wire. */
import type { Json } from "../../engine/api.js";
import { isJsonObject, type JsonObject } from "../http/body.js";

export interface Connect {
  type: "Connect";
  sessionId: string;
}

export interface AddQuery {
  type: "Add";
  queryId: number;
  udfPath: string;
  args: Json;
  journal?: string | null;
  componentPath?: string | null;
}

export interface RemoveQuery {
  type: "Remove";
  queryId: number;
}

export interface ModifyQuerySet {
  type: "ModifyQuerySet";
  baseVersion: number;
  newVersion: number;
  modifications: (AddQuery | RemoveQuery)[];
}

export interface FunctionRequest {
  type: "Mutation" | "Action";
  requestId: number;
  udfPath: string;
  args: Json;
  componentPath?: string | null;
}

export interface Authenticate {
  type: "Authenticate";
  tokenType: "Admin" | "User" | "None";
  value?: string;
  baseVersion: number;
  impersonating?: Json;
}

export type ClientMessage = Connect | ModifyQuerySet | FunctionRequest | Authenticate | { type: "Event" };

export interface StateVersion {
  querySet: number;
  identity: number;
  ts: string;
}

export type StateModification =
  | { type: "QueryUpdated"; queryId: number; value: Json; logLines: string[]; journal: string | null }
  | {
      type: "QueryFailed";
      queryId: number;
      errorMessage: string;
      errorData?: Json;
      logLines: string[];
      journal: string | null;
    }
  | { type: "QueryRemoved"; queryId: number };

export type ServerMessage =
  | {
      type: "Transition";
      startVersion: StateVersion;
      endVersion: StateVersion;
      modifications: StateModification[];
    }
  | {
      type: "MutationResponse";
      requestId: number;
      success: true;
      result: Json;
      ts: string;
      logLines: string[];
    }
  | {
      type: "MutationResponse" | "ActionResponse";
      requestId: number;
      success: false;
      result: string;
      errorData?: Json;
      logLines: string[];
    }
  | { type: "ActionResponse"; requestId: number; success: true; result: Json; logLines: string[] }
  | { type: "FatalError"; error: string }
  | { type: "AuthError"; error: string; baseVersion: number; authUpdateAttempted: boolean }
  | { type: "Ping" };

/** What the client sent breaks the protocol: it is told so and disconnected. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** Checks what later code relies on; fields that nothing reads are not looked at. */
export function parseClientMessage(text: string): ClientMessage {
  const message = parseObject(text);
  switch (message.type) {
    case "Connect":
      requireType(message, "sessionId", "string");
      break;
    case "ModifyQuerySet":
      requireType(message, "baseVersion", "number");
      requireType(message, "newVersion", "number");
      requireModifications(message.modifications);
      break;
    case "Mutation":
    case "Action":
      requireType(message, "requestId", "number");
      requireType(message, "udfPath", "string");
      break;
    case "Authenticate":
      requireType(message, "baseVersion", "number");
      requireType(message, "tokenType", "string");
      break;
    case "Event":
      break;
    default:
      throw new ProtocolError(`Unknown message type ${JSON.stringify(message.type)}`);
  }
  return message as unknown as ClientMessage;
}

function parseObject(text: string): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new ProtocolError("A message is not valid JSON");
  }
  if (!isJsonObject(value)) throw new ProtocolError("A message is not a JSON object");
  return value;
}

function requireModifications(modifications: Json | undefined): void {
  if (!Array.isArray(modifications)) throw new ProtocolError("modifications must be a list");
  for (const modification of modifications) {
    if (!isJsonObject(modification)) throw new ProtocolError("A modification must be an object");
    requireType(modification, "queryId", "number");
    if (modification.type === "Add") requireType(modification, "udfPath", "string");
    else if (modification.type !== "Remove") throw new ProtocolError("A modification must be Add or Remove");
  }
}

function requireType(message: JsonObject, field: string, type: "string" | "number"): void {
  if (typeof message[field] !== type) throw new ProtocolError(`${field} must be a ${type}`);
}

/** Clients send arguments as a list with one object in it. */
export function argsObject(args: Json): Json {
  const value = Array.isArray(args) ? (args[0] ?? {}) : args;
  if (!isJsonObject(value)) throw new ProtocolError("args must be a list with one object");
  return value;
}
