import { expect, test } from "vitest";
import type { Json } from "../../engine/api.js";
import { Faults } from "./faults.js";
import { refusingCommands } from "./refused-commands.js";
import { parseFault } from "./fault.js";

const INGEST = { component: "", path: "ingest:apply" };

/** Answers as the backend does, and shows what it was sent. */
async function apply(faults: Faults, ref = INGEST) {
  const args = { writerId: "w", commands: [{ kind: "progress" }, { kind: "event" }, { kind: "event" }] };
  let sent: Json = null;
  const { outcome } = await refusingCommands(ref, args, faults, (given) => {
    sent = given;
    const { commands } = given as { commands: Json[] };
    const receipts = commands.map((_, at) => ({ seq: at + 1, outcome: "applied" }));
    return Promise.resolve({ ts: 1n, outcome: { ok: true, value: { receipts }, logLines: [] } });
  });
  return { sent: (sent as unknown as typeof args).commands, outcome };
}

test("only a command that is to be refused is replaced, and its receipt says the code", async () => {
  const faults = new Faults();
  faults.add(parseFault({ code: "too_large", calls: ["event"], times: 1 }));
  const { sent, outcome } = await apply(faults);
  expect(sent.map(({ kind }) => kind)).toEqual(["progress", "heartbeat", "event"]);
  expect(outcome).toMatchObject({
    value: { receipts: [{ seq: 1 }, { seq: 2, error: { code: "too_large" } }, { seq: 3 }] },
  });
  expect((await apply(faults)).sent.map(({ kind }) => kind)).toEqual(["progress", "event", "event"]);
});

test("calls that bring no commands are left alone", async () => {
  const faults = new Faults();
  faults.add(parseFault({ code: "too_large", calls: ["event"] }));
  const { sent } = await apply(faults, { component: "", path: "app:apply" });
  expect(sent.map(({ kind }) => kind)).toEqual(["progress", "event", "event"]);
});
