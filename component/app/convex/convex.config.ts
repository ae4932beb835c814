import { defineApp } from "convex/server";
import { v } from "convex/values";
import jobsync from "jobsync-convex/convex.config.js";

const app = defineApp({
  env: { JOBSYNC_API_KEY: v.optional(v.string()), JOBSYNC_DASHBOARD_URL: v.optional(v.string()) },
});

const { JOBSYNC_API_KEY, JOBSYNC_DASHBOARD_URL } = app.env;

app.use(jobsync, { httpPrefix: "/jobsync/", env: { JOBSYNC_API_KEY, JOBSYNC_DASHBOARD_URL } });

export default app;
