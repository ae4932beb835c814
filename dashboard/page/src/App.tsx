import { ConvexReactClient } from "convex/react";
import { JobsyncProvider } from "jobsync-react";
import { useState } from "react";
import { JobPage } from "./job/JobPage";
import { JobsPage } from "./jobs/JobsPage";
import { jobPath } from "./route/route";
import { useFocusOnArrival } from "./route/useFocusOnArrival";
import { useRoute } from "./route/useRoute";
import { SessionProvider, useSession } from "./session/access";
import type { Session } from "./session/fragment";
import { SharedPage } from "./shared/SharedPage";
import { Shell } from "./shell/Shell";
import { Failure } from "./states/Failure";
import { UnknownAddress, Unopened } from "./states/notices";

export function App({ session }: { session: Session | null }) {
  return session === null ? (
    <Shell>
      <Unopened />
    </Shell>
  ) : (
    <Connected session={session} />
  );
}

function Connected({ session }: { session: Session }) {
  const [client] = useState(
    () => new ConvexReactClient(session.deployment, { unsavedChangesWarning: false }),
  );
  return (
    <JobsyncProvider client={client} token={session.token} functions={session.functions}>
      <SessionProvider session={session}>
        <Shell deployment={session.deployment}>
          {session.kind === "share" ? (
            <Failure>
              <SharedPage jobId={session.jobId} />
            </Failure>
          ) : (
            <RoutedPage />
          )}
        </Shell>
      </SessionProvider>
    </JobsyncProvider>
  );
}

function RoutedPage() {
  const route = useRoute();
  const { job: only } = useSession();
  useFocusOnArrival(route.page === "job" ? jobPath(route.jobId) : route.page);
  // A token for one job may not list others: that job is all that there is.
  if (only !== undefined) return <OneJob jobId={only} />;
  switch (route.page) {
    case "jobs":
      return <JobsPage filters={route.filters} />;
    case "job":
      return <OneJob key={route.jobId} jobId={route.jobId} />;
    case "unknown":
      return <UnknownAddress />;
  }
}

function OneJob({ jobId }: { jobId: string }) {
  return (
    <Failure>
      <JobPage jobId={jobId} />
    </Failure>
  );
}
