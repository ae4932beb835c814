import { defineSchema } from "convex/server";
import { jobsyncTables } from "./tables";

export default defineSchema(jobsyncTables);
