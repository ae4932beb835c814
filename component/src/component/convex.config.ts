import { defineComponent } from "convex/server";
import { v } from "convex/values";

/** The app hands on what it declares under the same names; without a key every call is refused. */
const component = defineComponent("jobsync", {
  env: {
    JOBSYNC_API_KEY: v.optional(v.string()),
    JOBSYNC_DASHBOARD_URL: v.optional(v.string()),
    JOBSYNC_SWEEP_FILES: v.optional(v.string()),
  },
});

export default component;
