import type { Submission } from './submission.ts';

/**
 * Two submissions without references can be of one posting if their dates are at most this far apart,
 * directly or over others between them. git send-email takes seconds for a series; Patchwork uses the same figure.
 */
export const seriesWindowMinutes = 20;

export const seriesWindowMs = seriesWindowMinutes * 60_000;

/** Whether a submission refers to nothing: only then may its date say which posting it is of. */
export function isUnthreaded(submission: Submission): boolean {
  return submission.references.length === 0;
}
