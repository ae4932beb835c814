/** The address of an orchestrator's run if a browser may go there: anybody who reports a job may write anything. */
export function runUrl(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { protocol, href } = new URL(url);
  return protocol === "http:" || protocol === "https:" ? href : null;
}
