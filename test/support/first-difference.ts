import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** Fails with the first line that differs, not with all lines: two results may hold thousands. */
export function assertSameLines(actual: string, expected: string, what: string): void {
  if (actual === expected) return;
  assertSameRows(actual.split('\n'), expected.split('\n'), what);
}

/** Fails with the first row that differs. */
export function assertSameRows(
  actual: readonly unknown[],
  expected: readonly unknown[],
  what: string,
): void {
  const place = actual.findIndex((row, index) => !isDeepStrictEqual(row, expected[index]));
  if (place !== -1) assert.deepEqual(actual[place], expected[place], `${what}: row ${place}`);
  assert.equal(actual.length, expected.length, `${what}: number of rows`);
}
