/** The variables that a deployment has by itself. */
import type { Deployment } from "./deployment.js";

export async function setUpEnvironment(deployment: Deployment): Promise<void> {
  const { engine, keys, hasPage } = deployment;
  if (engine.environment.list().JOBSYNC_API_KEY === undefined) {
    await engine.environment.update({ JOBSYNC_API_KEY: keys.apiKey });
  }
  if (hasPage) await announcePage(deployment);
}

const ADDRESS_NAME = "JOBSYNC_DASHBOARD_URL";
/** An address that an earlier start may have set, for another port. */
const ON_THIS_MACHINE = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/?$/;

/** Lets share links lead to this page, unless they lead to one that is elsewhere. */
async function announcePage({ engine, cloudUrl }: Deployment): Promise<void> {
  const current = engine.environment.list()[ADDRESS_NAME];
  if (current !== undefined && !ON_THIS_MACHINE.test(current)) return;
  if (current !== `${cloudUrl}/`) await engine.environment.update({ [ADDRESS_NAME]: `${cloudUrl}/` });
}
