/** A text as an address that a browser may be led to; null for any other text, since anybody may have written it. */
export function webUrl(text: string | undefined): string | null {
  if (text === undefined || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  return new URL(text).href;
}
