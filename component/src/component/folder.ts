/** Where these files lie: at the top of the component. */
export const FOLDER: string = "";

/** Where the app exposes them to clients, if it does as `jobsync init --component` did. */
export const CALLED_IN: string = "jobsync";
