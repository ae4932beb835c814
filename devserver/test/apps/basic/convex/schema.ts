import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  messages: defineTable({ author: v.string(), body: v.string(), likes: v.optional(v.number()) })
    .index("by_author", ["author"])
    .index("by_author_and_body", ["author", "body"]),
  files: defineTable({ storageId: v.id("_storage"), name: v.string() }),
});
