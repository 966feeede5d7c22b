import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;

/** Waits until `isTrue`; fails, saying what was awaited, after `deadlineMs`: by default far longer than anything takes. */
export async function until(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  deadlineMs = 60_000,
): Promise<void> {
  const stopAt = performance.now() + deadlineMs;
  while (!(await isTrue())) {
    if (performance.now() > stopAt) assert.fail(`${what}: not within ${deadlineMs} ms`);
    await delay(pollMs);
  }
}
