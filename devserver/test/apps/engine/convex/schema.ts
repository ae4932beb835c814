import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  notes: defineTable({ text: v.string(), rank: v.number(), tag: v.optional(v.string()) })
    .index("by_rank", ["rank"])
    .index("by_tag_and_rank", ["tag", "rank"]),
  stamps: defineTable({ at: v.commitTs() }).index("by_at", ["at"]),
  counters: defineTable({ name: v.string(), value: v.number() }).index("by_name", ["name"]),
});
