/** What the deployment's environment says, read at each call: setting a variable needs no new deploy. */

// Declared here, since an app that takes these files need not have the types of Node.
declare const process: { env: Record<string, string | undefined> };

/** Several are valid at once while one is being replaced. */
export function configuredKeys(): string[] {
  return listed(process.env.JOBSYNC_API_KEY);
}

/** Switched on by hand, since files of the app's own tables look like strays from here. */
export function isSweepingFiles(): boolean {
  return process.env.JOBSYNC_SWEEP_FILES === "on";
}

/** Where the page is served that share links lead to, if there is one. */
export function pageUrl(): string | undefined {
  return process.env.JOBSYNC_DASHBOARD_URL;
}

/** Set by Convex itself. */
export function deploymentUrl(): string | undefined {
  return process.env.CONVEX_CLOUD_URL;
}

function listed(value = ""): string[] {
  const items = value.split(",").map((item) => item.trim());
  return items.filter((item) => item !== "");
}
