import type { JobEvent } from "jobsync-react";

export const LEVELS = ["debug", "info", "warning", "error"] as const;
export type Level = (typeof LEVELS)[number];

export type EventFilter = {
  /** Events below it are left out. */
  level: Level;
  /** Part of the kind or of the payload, in any case of letters. */
  text: string;
};

export const ALL_EVENTS: EventFilter = { level: "debug", text: "" };

export function isFiltered({ level, text }: EventFilter): boolean {
  return level !== ALL_EVENTS.level || text.trim() !== "";
}

export function fits(event: JobEvent, { level, text }: EventFilter): boolean {
  if (LEVELS.indexOf(event.level) < LEVELS.indexOf(level)) return false;
  const wanted = text.trim().toLowerCase();
  return wanted === "" || searchable(event).includes(wanted);
}

function searchable({ event, payload }: JobEvent): string {
  return `${event}\n${payload === undefined ? "" : JSON.stringify(payload)}`.toLowerCase();
}

/** The events from `newest` on, and how many have come since; all of them if that one is not there any more. */
export function heldAt<Event extends { eventId: string }>(
  events: readonly Event[],
  newest: string | undefined,
): { shown: readonly Event[]; waiting: number } {
  const index = newest === undefined ? -1 : events.findIndex(({ eventId }) => eventId === newest);
  return index <= 0 ? { shown: events, waiting: 0 } : { shown: events.slice(index), waiting: index };
}
