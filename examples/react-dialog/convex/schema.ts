import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import jobsync from "./jobsyncSchema";

export default defineSchema({
  ...jobsync.tables,
  styles: defineTable({ prompt: v.string(), palette: v.string(), preview: v.string() }),
});
