import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  messages: defineTable({ author: v.string(), body: v.string(), likes: v.optional(v.number()) })
    // Beside the next one for its order: messages of an author as they were sent.
    // eslint-disable-next-line @convex-dev/no-duplicate-indexes
    .index("by_author", ["author"])
    .index("by_author_and_body", ["author", "body"]),
  files: defineTable({ storageId: v.id("_storage"), name: v.string() }),
});
