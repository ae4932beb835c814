import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { jobsyncTables } from "./jobsync/tables";

export default defineSchema({
  ...jobsyncTables,
  styles: defineTable({ prompt: v.string(), palette: v.string(), preview: v.string() }),
});
