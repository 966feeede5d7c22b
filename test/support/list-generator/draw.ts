import type { SeededRandom } from '../seeded-random.ts';

/** True in `percent` of 100 draws. */
export function happens(random: SeededRandom, percent: number): boolean {
  return random.below(100) < percent;
}

/** A whole number from `low` to `high`, both included. */
export function between(random: SeededRandom, low: number, high: number): number {
  return low + random.below(high - low + 1);
}

/** A seed that is another one for each `part` of a seeded whole, so that parts do not depend on each other's draws. */
export function partSeed(seed: number, part: number): number {
  return Math.imul(seed ^ 0x5bd1e995, 0x27d4eb2f) ^ Math.imul(part + 1, 0x9e3779b1);
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
