/** What this deployment is and where it is. */
import { version } from "../../../package.json";
import { json, type Reply, type Route } from "./http/router.js";
import { DEPLOYMENT_NAME } from "./keys.js";

const VERSION = `jobsync-${version}`;

const plain = (body: string): Reply => ({ status: 200, headers: { "content-type": "text/plain" }, body });

export const aboutRoutes: Route[] = [
  {
    method: "GET",
    path: "/",
    handle: () => plain("This is a Convex deployment, embedded in jobsync. Clients connect to this URL."),
  },
  { method: "GET", path: "/version", handle: () => plain(VERSION) },
  { method: "GET", path: "/instance_name", handle: () => plain(DEPLOYMENT_NAME) },
  { method: "GET", path: "/instance_version", handle: () => plain(VERSION) },
  {
    method: "GET",
    path: "/api/v1/get_canonical_urls",
    admin: true,
    handle: ({ deployment }) =>
      json({ convexCloudUrl: deployment.cloudUrl, convexSiteUrl: deployment.siteUrl }),
  },
  { method: "GET", path: "/api/check_admin_key", admin: true, handle: () => json({ success: true }) },
];
