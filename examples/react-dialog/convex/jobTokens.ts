import { SignJWT } from "jose";
import { v } from "convex/values";
import { action } from "./_generated/server";

/**
 * What the page may do with jobs: see them, and cancel them. An app with accounts finds out here who is asking, and adds
 * `owner` to the claims, so that each person sees their own.
 */
export const make = action({
  args: {},
  returns: v.string(),
  handler: async (): Promise<string> => {
    const [key = ""] = (process.env.JOBSYNC_API_KEY ?? "").split(",");
    return await new SignJWT({ scope: "write" })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience("jobsync")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(key.trim()));
  },
});
