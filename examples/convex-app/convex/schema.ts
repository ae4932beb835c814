import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  users: defineTable({ name: v.string(), key: v.string() }).index("by_key", ["key"]),
  documents: defineTable({ owner: v.id("users"), title: v.string(), pages: v.array(v.string()) }).index(
    "by_owner",
    ["owner"],
  ),
});
