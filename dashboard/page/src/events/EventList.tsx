import { useVirtualizer } from "@tanstack/react-virtual";
import type { JobEvent, Pages } from "jobsync-react";
import { useEffect, useRef, useState } from "react";
import { useMore } from "../ui/useMore";
import { VirtualRows } from "../ui/VirtualRows";
import styles from "./EventList.module.css";
import { EventRow } from "./EventRow";

const PAGE = 200;
const ROW_HEIGHT = 29;

type Props = {
  events: readonly JobEvent[];
  pages: Pages<JobEvent>;
  isFollowing: boolean;
  /** The person went away from the newest ones, which may not push away what they look at. */
  onLeaveTop: () => void;
};

/** Only what is in view is in the document, so that ten thousand events are as light as ten. */
export function EventList({ events, pages, isFollowing, onLeaveTop }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    getItemKey: (index) => events[index]!.eventId,
  });
  const last = rows.getVirtualItems().at(-1)?.index ?? -1;
  const more = useMore(pages, PAGE, { shown: events.length, last });
  useEffect(() => {
    if (isFollowing) box.current?.scrollTo({ top: 0 });
  }, [isFollowing]);
  const toggle = (eventId: string, isOpen: boolean) => {
    const others = [...open].filter((other) => other !== eventId);
    setOpen(new Set(isOpen ? [...others, eventId] : others));
  };
  return (
    <>
      <div
        ref={box}
        className={styles.box}
        tabIndex={0}
        role="region"
        aria-label="Events, newest first"
        onScroll={(scroll) => scroll.currentTarget.scrollTop > ROW_HEIGHT && onLeaveTop()}
      >
        <VirtualRows rows={rows} items={events} isComplete={pages.status === "complete"}>
          {(event) => (
            <EventRow
              event={event}
              isOpen={open.has(event.eventId)}
              onToggle={(isOpen) => toggle(event.eventId, isOpen)}
            />
          )}
        </VirtualRows>
      </div>
      {more.isHeld && (
        <button type="button" onClick={more.goOn}>
          Look further back
        </button>
      )}
    </>
  );
}
