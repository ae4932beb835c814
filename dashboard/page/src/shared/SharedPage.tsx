import { UnknownJob } from "../states/notices";

export function SharedPage({ jobId }: { jobId: string }) {
  return <UnknownJob jobId={jobId} />;
}
