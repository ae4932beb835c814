import { describe, expect, test } from "vitest";
import { ALL_EVENTS, fits, heldAt, isFiltered } from "./eventFilter";

const event = {
  jobId: "j",
  eventId: "1",
  event: "Epoch",
  level: "info",
  time: 0,
  payload: { loss: 0.5, Note: "Überlauf" },
} as const;

describe("a filter of events", () => {
  test.each([
    ["debug", "", true],
    ["info", "", true],
    ["warning", "", false],
    ["debug", " epo ", true],
    ["debug", '"loss":0.5', true],
    ["debug", "überLAUF", true],
    ["debug", "nowhere", false],
    ["error", "epoch", false],
  ] as const)("from level %s with the text %j lets an info through: %s", (level, text, through) => {
    expect(fits(event, { level, text })).toBe(through);
  });

  test("that lets everything through is none", () => {
    expect(isFiltered(ALL_EVENTS)).toBe(false);
    expect(isFiltered({ level: "info", text: "" })).toBe(true);
    expect(isFiltered({ level: "debug", text: "x" })).toBe(true);
    expect(isFiltered({ level: "debug", text: "  " })).toBe(false);
  });
});

describe("a list that is held", () => {
  const events = ["c", "b", "a"].map((eventId) => ({ eventId }));

  test("stays at the event that was the newest, and counts those that came since", () => {
    expect(heldAt(events, "b")).toEqual({ shown: events.slice(1), waiting: 1 });
  });

  test.each(["c", undefined, "gone"])("at %s shows all events", (newest) => {
    expect(heldAt(events, newest)).toEqual({ shown: events, waiting: 0 });
  });
});
