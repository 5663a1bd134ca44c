/** It ended, but something needs a person: failures, laggards, drift, findings. */
export const EXIT_FOUND = 2;
/** Ended by Ctrl-C, as shells say it. */
export const EXIT_INTERRUPTED = 130;

/** What they mean, for people. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'refused, not understood, or not done: a sentence on stderr says why'],
  [EXIT_FOUND, 'ended, but something needs a person: failures, laggards, drift, findings'],
  [EXIT_INTERRUPTED, 'ended by Ctrl-C; what was begun is finished by the workers'],
];
