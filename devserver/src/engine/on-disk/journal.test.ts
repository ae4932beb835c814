import * as fs from "node:fs";
import * as path from "node:path";
import { expect, test } from "vitest";
import { mutate, open, openApp, query, temporaryFolder } from "../../../test/engine-harness.js";
import { FileJournal } from "./journal.js";
import type { JournalRecord } from "../journal-record.js";

function reopen(filename: string): { records: JournalRecord[]; journal: FileJournal } {
  const records: JournalRecord[] = [];
  return { records, journal: FileJournal.open(filename, (record) => records.push(record)) };
}

test("a line that was cut off is dropped, and what is written after it is not lost", async () => {
  const filename = path.join(temporaryFolder(), "journal.jsonl");
  const { journal } = reopen(filename);
  journal.append({ ts: "1" });
  journal.append({ ts: "2" });
  await journal.close();
  for (const lost of [1, 5, '{"ts":"2"}\n'.length - 1]) {
    const folder = temporaryFolder();
    const torn = path.join(folder, "journal.jsonl");
    fs.writeFileSync(torn, fs.readFileSync(filename).subarray(0, -lost));
    const first = reopen(torn);
    expect(first.records).toEqual([{ ts: "1" }]);
    first.journal.append({ ts: "3" });
    await first.journal.close();
    const second = reopen(torn);
    expect(second.records).toEqual([{ ts: "1" }, { ts: "3" }]);
    await second.journal.close();
  }
});

test("a file whose very first line was cut off starts anew", async () => {
  const filename = path.join(temporaryFolder(), "journal.jsonl");
  fs.writeFileSync(filename, '{"jobsyncJ');
  const { journal, records } = reopen(filename);
  expect(records).toEqual([]);
  journal.append({ ts: "1" });
  await journal.close();
  const again = reopen(filename);
  expect(again.records).toEqual([{ ts: "1" }]);
  await again.journal.close();
});

test("a damaged line in the middle is an error that names the file, not silent loss", () => {
  const filename = path.join(temporaryFolder(), "journal.jsonl");
  fs.writeFileSync(filename, '{"jobsyncJournal":1}\n{"ts":\n{"ts":"2"}\n');
  expect(() => reopen(filename)).toThrow(/journal\.jsonl is damaged at byte 21/);
});

test("a file of another format is refused", () => {
  const filename = path.join(temporaryFolder(), "journal.jsonl");
  fs.writeFileSync(filename, '{"jobsyncJournal":99}\n');
  expect(() => reopen(filename)).toThrow(/not a journal of this version/);
});

test("after closing nothing is written any more, and the writer is told", async () => {
  const { journal } = reopen(path.join(temporaryFolder(), "journal.jsonl"));
  await journal.close();
  expect(() => journal.append({ ts: "1" })).toThrow("has stopped");
});

test("compaction keeps the given records and everything appended after them", async () => {
  const filename = path.join(temporaryFolder(), "journal.jsonl");
  const { journal } = reopen(filename);
  for (let at = 0; at < 100; at++) journal.append({ ts: String(at) });
  const before = fs.statSync(filename).size;
  journal.compact([{ ts: "99" }]);
  expect(fs.statSync(filename).size).toBeLessThan(before / 10);
  journal.append({ ts: "100" });
  await journal.close();
  const again = reopen(filename);
  expect(again.records).toEqual([{ ts: "99" }, { ts: "100" }]);
  await again.journal.close();
});

test("a compaction that was killed before its rename leaves the journal as it was", async () => {
  const filename = path.join(temporaryFolder(), "journal.jsonl");
  const { journal } = reopen(filename);
  journal.append({ ts: "1" });
  await journal.close();
  fs.writeFileSync(filename + ".new", '{"jobsyncJournal":1}\n{"ts":"9');
  const again = reopen(filename);
  expect(again.records).toEqual([{ ts: "1" }]);
  expect(fs.existsSync(filename + ".new")).toBe(false);
  await again.journal.close();
});

test("an engine whose journal was compacted reopens with the same documents, ids, files and environment", async () => {
  const folder = temporaryFolder();
  const filename = path.join(folder, "journal.jsonl");
  const first = await openApp("engine", folder);
  await first.environment.update({ COLOUR: "green" });
  await mutate(first, "notes:add", { text: "kept", rank: 1 });
  const text = "x".repeat(500_000);
  let largest = 0;
  for (let at = 0; at < 60; at++) {
    await mutate(first, "notes:overwrite", { text: `${at} ${text}` });
    largest = Math.max(largest, fs.statSync(filename).size);
  }
  expect(fs.statSync(filename).size).toBeLessThan(largest);
  const before = await query(first, "notes:list", { from: -9, to: 9 });
  await first.close();
  const second = await open(folder);
  expect(await query(second, "notes:list", { from: -9, to: 9 })).toEqual(before);
  expect(second.environment.list()).toEqual({ COLOUR: "green" });
});

test("creation times and timestamps go on rising after a restart with the clock set back", async () => {
  const folder = temporaryFolder();
  const first = await openApp("engine", folder, { now: () => 2_000_000 });
  await mutate(first, "notes:add", { text: "old", rank: 1 });
  const { ts } = first;
  await first.close();
  const second = await open(folder, { now: () => 1_000 });
  await mutate(second, "notes:add", { text: "new", rank: 1 });
  expect(second.ts).toBeGreaterThan(ts);
  const notes = (await query(second, "notes:list", { from: 0, to: 9 })) as {
    text: string;
    _creationTime: number;
  }[];
  expect(notes.map(({ text }) => text)).toEqual(["old", "new"]);
  expect(notes[1]!._creationTime).toBeGreaterThan(notes[0]!._creationTime);
});
