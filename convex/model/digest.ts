/** A SHA-256 as lower-case hex. */

export function hexOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function sha256Of(text: string): Promise<string> {
  return hexOfBytes(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** `_storage` documents hex but answers base64 to functions built with a recent client, so both are read. */
export function hexOfDigest(digest: string): string {
  if (/^[0-9a-f]{64}$/i.test(digest)) return digest.toLowerCase();
  return hexOfBytes(Uint8Array.from(atob(digest), (character) => character.charCodeAt(0)));
}

/** The hash of hashes, as one text of their hex: it stands for a file in parts. */
export function sha256OfDigests(parts: { sha256: string }[]): Promise<string> {
  return sha256Of(parts.map(({ sha256 }) => sha256).join(""));
}
