/** How many runs of a queue may be told to run at once. */
export const mostJobs = 64;
/** How often a run that fails may be told to be tried again. */
export const mostRetries = 100;
