/**
 * Where these files lie below the app's functions: "" at their top, "jobsync" in `convex/jobsync/`. Names of functions
 * begin with it; `jobsync init` writes it, and nothing else differs from place to place.
 */
export const FOLDER: string = "";

/** Where clients call them: the same, but for a component, whose app exposes them. */
export const CALLED_IN: string = FOLDER;
