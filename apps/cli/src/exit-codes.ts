/** It ended, but something needs a person: failures, laggards, drift, findings. */
export const EXIT_FOUND = 2;
/** Ended by Ctrl-C, as shells say it. */
export const EXIT_INTERRUPTED = 130;
