/** The id of the job that this tab waits for: kept before the job begins, so that no reload can lose it. */
const KEY = "styleJob";

export const rememberedJob = (): string | null => sessionStorage.getItem(KEY);

export function rememberJob(): string {
  const jobId = crypto.randomUUID();
  sessionStorage.setItem(KEY, jobId);
  return jobId;
}

export const forgetJob = (): void => sessionStorage.removeItem(KEY);
