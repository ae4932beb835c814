/** Everything that the main port answers. */
import { aboutRoutes } from "./about-api.js";
import { environmentRoutes } from "./environment-api.js";
import { logRoutes } from "./function-logs.js";
import { functionRoutes } from "./functions-api.js";
import type { Route } from "./http/router.js";
import { deployRoutes } from "./push/deploy-api.js";
import { snapshotRoutes } from "./snapshot-api.js";
import { storageRoutes } from "./storage-api.js";

export const routes: Route[] = [
  ...functionRoutes,
  ...snapshotRoutes,
  ...storageRoutes,
  ...environmentRoutes,
  ...logRoutes,
  ...deployRoutes,
  ...aboutRoutes,
];
