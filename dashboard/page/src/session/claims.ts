/** What a token says that it is for. Nothing is verified here: the deployment decides, the page only asks for less. */

export type Claims = {
  mayWrite: boolean;
  /** What the token is limited to, which every list must ask for. */
  owner?: string;
  tag?: string;
  job?: string;
};

export function claimsOf(token: string): Claims {
  const { scope, owner, tag, job } = payloadOf(token);
  return {
    mayWrite: scope === "write" || scope === "admin",
    ...(typeof owner === "string" && { owner }),
    ...(typeof tag === "string" && { tag }),
    ...(typeof job === "string" && { job }),
  };
}

/** Of what is no token there is nothing to know; the deployment says so when it is asked. */
function payloadOf(token: string): Record<string, unknown> {
  try {
    const base64 = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const payload: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
