/**
 * Where these files lie below the app's functions: "" at their top, "jobsync" in `convex/jobsync/`. Names of functions
 * begin with it; `jobsync init` writes it, and nothing else differs from place to place.
 */
export const FOLDER: string = "";
