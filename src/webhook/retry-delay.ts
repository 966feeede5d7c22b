const firstDelayMs = 1_000;
const maxDelayMs = 3_600_000;

/** Failures in a row after which a receiver is given up: after 9 to 18 hours. */
export const maxWebhookFailures = 30;

/**
 * How long to wait after so many failures in a row: twice as long each time, from 1 s to 1 h, and between half of that
 * and all of it as `random` (from 0 to 1) says, so that many receivers of one host are not tried all at once. null: it
 * is given up.
 */
export function retryDelayMs(failureCount: number, random: number): number | null {
  if (failureCount >= maxWebhookFailures) return null;
  const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (failureCount - 1));
  return Math.round(delayMs * (0.5 + random / 2));
}
