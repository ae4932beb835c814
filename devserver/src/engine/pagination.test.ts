import { expect, test } from "vitest";
import { readPage, type Page, type PageRequest } from "./pagination.js";
import type { Expression } from "./filter.js";
import { resolveSource, type SerializedQuery } from "./query.js";
import { makeDocument } from "./document.js";
import { Store } from "./store.js";
import { Transaction, type Order } from "./transaction.js";

const EVEN: Expression = { $eq: [{ $mod: [{ $field: "n" }, { $literal: 2 }] }, { $literal: 0 }] };

/** A table of documents `n` from 0 up, created in that order. */
function makeStore(count: number): Store {
  const store = new Store(() => 0);
  const table = store.table("", "numbers");
  for (let n = 0; n < count; n++) {
    const after = makeDocument(`id${n}`, n, { n });
    store.commit([{ table, id: after.id, before: null, after }]);
  }
  return store;
}

function read(store: Store, request: Partial<PageRequest>, order: Order = "asc", filter?: Expression): Page {
  const query: SerializedQuery = {
    source: { type: "FullTableScan", tableName: "numbers", order },
    operators: filter ? [{ filter }] : [],
  };
  const source = resolveSource(store, "", query);
  const transaction = new Transaction(store);
  return readPage(transaction, source, { query, cursor: null, endCursor: null, pageSize: 3, ...request });
}

const numbers = ({ page }: Page) => page.map(({ value }) => value["n"]);

test.each(["asc", "desc"] as const)("pages in order %s join without gap or overlap", (order) => {
  const store = makeStore(8);
  const seen: unknown[] = [];
  let page = read(store, {}, order);
  for (; !page.isDone; page = read(store, { cursor: page.continueCursor }, order))
    seen.push(...numbers(page));
  seen.push(...numbers(page));
  const expected = [0, 1, 2, 3, 4, 5, 6, 7];
  expect(seen).toEqual(order === "asc" ? expected : expected.reverse());
});

test("after the last page there is nothing more", () => {
  const store = makeStore(2);
  const last = read(store, {});
  expect([numbers(last), last.isDone]).toEqual([[0, 1], true]);
  expect(numbers(read(store, { cursor: last.continueCursor }))).toEqual([]);
});

test.each(["asc", "desc"] as const)(
  "in order %s a page with a fixed end ends there, however many it holds",
  (order) => {
    const store = makeStore(6);
    const { continueCursor } = read(store, { pageSize: 4 }, order);
    const page = read(store, { pageSize: 1, endCursor: continueCursor }, order);
    expect(numbers(page)).toHaveLength(4);
    expect(page.continueCursor).toBe(continueCursor);
  },
);

test("reading as many rows as allowed ends the page and says where to split it", () => {
  const store = makeStore(10);
  const page = read(store, { maximumRowsRead: 4, pageSize: 10 }, "asc", EVEN);
  expect(page).toMatchObject({ isDone: false, pageStatus: "SplitRequired" });
  expect(numbers(page)).toEqual([0, 2]);
  expect(numbers(read(store, { endCursor: page.splitCursor }))).toEqual([0, 1]);
  expect(numbers(read(store, { cursor: page.continueCursor, pageSize: 10 }, "asc", EVEN))).toEqual([4, 6, 8]);
});

test("a page of size 0 reads nothing and leads to the first page", () => {
  const store = makeStore(2);
  const page = read(store, { pageSize: 0 });
  expect([numbers(page), page.isDone]).toEqual([[], false]);
  expect(numbers(read(store, { cursor: page.continueCursor }))).toEqual([0, 1]);
});

test("a cursor that is none is refused", () => {
  expect(() => read(makeStore(1), { cursor: "*" })).toThrow("InvalidCursor");
});
