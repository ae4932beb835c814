/** References to our own internal functions, wherever the app has them. */
import { anyApi, type ApiFromModules, type FilterApi, type FunctionReference } from "convex/server";
import type * as counts from "./counts";
import { FOLDER } from "./folder";
import type * as internalJobs from "./internalJobs";
import type * as leases from "./leases";
import type * as removals from "./removals";
import type * as retention from "./retention";
import type * as routes from "./routes";
import type * as uploads from "./uploads";
import type * as watches from "./watches";
import type * as writers from "./writers";

type Modules = {
  counts: typeof counts;
  internalJobs: typeof internalJobs;
  leases: typeof leases;
  removals: typeof removals;
  retention: typeof retention;
  routes: typeof routes;
  uploads: typeof uploads;
  watches: typeof watches;
  writers: typeof writers;
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Internals = FilterApi<ApiFromModules<Modules>, FunctionReference<any, "internal">>;

const steps = FOLDER.split("/").filter((step) => step !== "");
type AnyApi = { [step: string]: AnyApi };

export const internal = steps.reduce((api, step) => api[step]!, anyApi as AnyApi) as unknown as Internals;
