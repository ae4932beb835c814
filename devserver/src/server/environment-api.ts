/** `POST /api/update_environment_variables`, with the limits of the hosted product. */
import { toBytes } from "#platform";
import type { Json } from "../engine/api.js";
import { badRequest } from "./api-error.js";
import { badJsonBody, isJsonObject, readJsonObject } from "./http/body.js";
import { json, type Exchange, type Reply, type Route } from "./http/router.js";

const MOST_VARIABLES = 512;
const LONGEST_NAME = 256;
const LARGEST_VALUE = 8 * 1024;

/** Set by the deployment itself, so a value given for them would never be seen. */
const RESERVED = new Set(["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"]);

export const environmentRoutes: Route[] = [
  { method: "POST", path: "/api/update_environment_variables", admin: true, handle: handleUpdate },
];

async function handleUpdate({ deployment, request }: Exchange): Promise<Reply> {
  const { changes } = await readJsonObject(request);
  if (!Array.isArray(changes)) throw badJsonBody("changes must be a list of `{name, value}`.");
  const update = Object.fromEntries(changes.map(parseChange));
  const { environment } = deployment.engine;
  const after = new Set([...Object.keys(environment.list()), ...Object.keys(update)]);
  if (after.size > MOST_VARIABLES) {
    throw badRequest("TooManyEnvVars", `At most ${MOST_VARIABLES} environment variables can be set.`);
  }
  await environment.update(update);
  deployment.pushes.environmentChanged();
  deployment.everythingChanged.send();
  return json(null);
}

export function parseChange(change: Json): [name: string, value: string | null] {
  if (!isJsonObject(change)) throw badJsonBody("Each change must be an object `{name, value}`.");
  const { name, value = null } = change;
  if (typeof name !== "string" || name.length > LONGEST_NAME || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw badRequest(
      "InvalidEnvVarName",
      `The name ${JSON.stringify(name)} must be letters, digits and underscores, at most ${LONGEST_NAME}.`,
    );
  }
  if (RESERVED.has(name)) throw badRequest("EnvVarReserved", `${name} is set by the deployment itself.`);
  if (value !== null && typeof value !== "string") {
    throw badJsonBody(`The value of ${name} must be text, or null to remove it.`);
  }
  if (value !== null && toBytes(value, "utf8").length > LARGEST_VALUE) {
    throw badRequest("EnvVarTooLarge", `The value of ${name} is larger than ${LARGEST_VALUE} bytes.`);
  }
  return [name, value];
}
