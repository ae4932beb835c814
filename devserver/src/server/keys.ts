/** The keys of one data folder: made at its first start, readable by its owner only. */
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Keys {
  /** Opens everything; its shape is the one that self-hosted deployments use. */
  adminKey: string;
  /** What pipelines sign their tokens with: becomes the environment variable JOBSYNC_API_KEY. */
  apiKey: string;
}

export const DEPLOYMENT_NAME = "jobsync-local";

export async function openKeys(dataDir: string): Promise<Keys> {
  const path = join(dataDir, "keys.json");
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text !== null) return parseKeys(text, path);
  const keys = {
    adminKey: `${DEPLOYMENT_NAME}|${randomBytes(32).toString("hex")}`,
    apiKey: randomBytes(32).toString("hex"),
  };
  // Written beside and renamed, so that a crash never leaves half a key behind.
  await writeFile(`${path}.new`, JSON.stringify(keys, null, 2) + "\n", { mode: 0o600 });
  await rename(`${path}.new`, path);
  return keys;
}

function parseKeys(text: string, path: string): Keys {
  try {
    const { adminKey, apiKey } = JSON.parse(text) as Partial<Keys>;
    if (typeof adminKey === "string" && typeof apiKey === "string") return { adminKey, apiKey };
  } catch {
    // Falls through to the message that says what to do about it.
  }
  throw new Error(`${path} does not hold the two keys "adminKey" and "apiKey"; remove it to make new ones.`);
}
