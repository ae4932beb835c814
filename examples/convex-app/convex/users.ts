/** Who a caller is. A real app would ask `ctx.auth`; a key of each user's own keeps this one small. */
import { type GenericDatabaseReader } from "convex/server";
import { ConvexError, v } from "convex/values";
import type { DataModel, Doc } from "./_generated/dataModel";
import { mutation } from "./_generated/server";

type Reader = { db: GenericDatabaseReader<DataModel> };

export async function userOf({ db }: Reader, key: string): Promise<Doc<"users">> {
  const user = await db
    .query("users")
    .withIndex("by_key", (q) => q.eq("key", key))
    .unique();
  if (user === null) throw new ConvexError("Sign in first.");
  return user;
}

export const signUp = mutation({
  args: { name: v.string() },
  returns: v.string(),
  handler: async ({ db }, { name }) => {
    const key = crypto.randomUUID();
    await db.insert("users", { name, key });
    return key;
  },
});
