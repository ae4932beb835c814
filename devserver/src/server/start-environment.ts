/** The variables that a deployment has by itself. */
import type { Deployment } from "./deployment.js";
import { announcePage } from "./page.js";

export async function setUpEnvironment(deployment: Deployment): Promise<void> {
  const { engine, keys, hasPage } = deployment;
  if (engine.environment.list().JOBSYNC_API_KEY === undefined) {
    await engine.environment.update({ JOBSYNC_API_KEY: keys.apiKey });
  }
  if (hasPage) await announcePage(deployment);
}
