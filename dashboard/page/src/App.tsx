import { ConvexReactClient } from "convex/react";
import { JobsyncProvider } from "jobsync-react";
import { useState } from "react";
import { JobPage } from "./job/JobPage";
import { JobsPage } from "./jobs/JobsPage";
import { useRoute } from "./route/useRoute";
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
  const address = location.hash;
  return (
    <JobsyncProvider client={client} token={session.token}>
      <Shell deployment={session.deployment}>
        <Failure key={address}>
          {session.kind === "share" ? <SharedPage jobId={session.jobId} /> : <RoutedPage />}
        </Failure>
      </Shell>
    </JobsyncProvider>
  );
}

function RoutedPage() {
  const route = useRoute();
  switch (route.page) {
    case "jobs":
      return <JobsPage filters={route.filters} />;
    case "job":
      return <JobPage key={route.jobId} jobId={route.jobId} />;
    case "unknown":
      return <UnknownAddress />;
  }
}
