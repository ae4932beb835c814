import { counted, useEvents } from "jobsync-react";
import { useMemo, useState } from "react";
import { Loading } from "../ui/Loading";
import { Section } from "../ui/Section";
import { ALL_EVENTS, fits, heldAt, isFiltered } from "./eventFilter";
import { EventFilters } from "./EventFilters";
import { EventList } from "./EventList";
import styles from "./EventsSection.module.css";

/** The events of a job as they come, unless the person holds the list to read it. */
export function EventsSection({ jobId }: { jobId: string }) {
  const pages = useEvents(jobId);
  const [filter, setFilter] = useState(ALL_EVENTS);
  /** The newest event when the list was held; undefined while it follows. */
  const [held, setHeld] = useState<string>();
  const { shown, waiting } = heldAt(pages.items, held);
  const events = useMemo(() => shown.filter((event) => fits(event, filter)), [shown, filter]);
  const hold = () => setHeld((before) => before ?? pages.items[0]?.eventId);
  const isFollowing = held === undefined;
  const filters = (
    <EventFilters
      filter={filter}
      onChange={setFilter}
      isFollowing={isFollowing}
      onFollow={(follows) => (follows ? setHeld(undefined) : hold())}
      waiting={waiting}
    />
  );
  if (pages.items.length === 0) {
    return (
      <Section title="Events">
        {pages.status === "loading" ? <Loading what="events" /> : <NoEvents />}
      </Section>
    );
  }
  return (
    <Section title="Events" aside={filters}>
      <EventList events={events} pages={pages} isFollowing={isFollowing} onLeaveTop={hold} />
      <p className={styles.note}>
        {isFiltered(filter) && `${events.length.toLocaleString()} of `}
        {counted(shown.length, "event")}
        {pages.status !== "complete" && ", more further down"}
      </p>
    </Section>
  );
}

function NoEvents() {
  return (
    <p className={styles.note}>
      None so far. A pipeline adds them with <code>job.event(…)</code>.
    </p>
  );
}
