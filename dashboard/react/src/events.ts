/** What a job says while it runs. */
import { useMemo } from "react";
import type { EventRecord } from "../../../convex/validators";
import { useFunctions } from "./functions";
import { type Json, plainJson } from "./job";
import { type Pages, usePages } from "./live";

export type JobEvent = Omit<EventRecord, "payload"> & { payload?: Json };

const PAGE = 100;

/** Newest first; those that come are put in front. */
export function useEvents(jobId: string): Pages<JobEvent> {
  const pages = usePages(useFunctions().events.list, { jobId, newestFirst: true }, PAGE);
  return { ...pages, items: useMemo(() => pages.items.map(eventOf), [pages.items]) };
}

/** Kept with its record, so that a page of events that grew by one is not decoded again. */
const decoded = new WeakMap<EventRecord, JobEvent>();

function eventOf(record: EventRecord): JobEvent {
  const known = decoded.get(record);
  if (known !== undefined) return known;
  const payload = record.payload as unknown;
  const event: JobEvent = payload === undefined ? record : { ...record, payload: plainJson(payload) };
  decoded.set(record, event);
  return event;
}
