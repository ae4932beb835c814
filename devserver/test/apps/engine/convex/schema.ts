import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  notes: defineTable({ text: v.string(), rank: v.number(), tag: v.optional(v.string()) })
    .index("by_rank", ["rank"])
    .index("by_tag_and_rank", ["tag", "rank"]),
  counters: defineTable({ name: v.string(), value: v.number() }).index("by_name", ["name"]),
});
