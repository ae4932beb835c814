import { expect, test } from "vitest";
import { argsObject, parseClientMessage, ProtocolError } from "./protocol.js";

test("messages of the official clients are read as they are", () => {
  const message = {
    type: "ModifyQuerySet",
    baseVersion: 0,
    newVersion: 1,
    modifications: [{ type: "Add", queryId: 0, udfPath: "jobs:list", args: [{}] }],
  };
  expect(parseClientMessage(JSON.stringify(message))).toEqual(message);
});

test.each([
  "not json",
  "[]",
  '{"type":"Nonsense"}',
  '{"type":"Connect"}',
  '{"type":"Mutation","requestId":"1","udfPath":"a:b"}',
  '{"type":"ModifyQuerySet","baseVersion":0,"newVersion":1,"modifications":[{"type":"Move","queryId":1}]}',
])("%s is an error of the protocol", (text) => {
  expect(() => parseClientMessage(text)).toThrow(ProtocolError);
});

test("arguments are one object, in a list or not", () => {
  expect(argsObject([{ a: 1 }])).toEqual({ a: 1 });
  expect(argsObject([])).toEqual({});
  expect(() => argsObject([1])).toThrow(ProtocolError);
});
