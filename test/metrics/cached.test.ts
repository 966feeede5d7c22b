import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cached } from '../../src/metrics/cached.ts';

const hourMs = 3_600_000;

test('twenty who ask at once, and those that come later, cost one question', async () => {
  let count = 0;
  const read = cached(async () => (count += 1), hourMs);
  assert.deepEqual(
    new Set(await Promise.all(Array.from({ length: 20 }, async () => read()))),
    new Set([1]),
  );
  assert.equal(await read(), 1);
});

test('a question that failed is not asked again at once', async () => {
  let count = 0;
  const read = cached(async () => {
    count += 1;
    throw new Error('out of reach');
  }, hourMs);
  await assert.rejects(read(), /out of reach/);
  await assert.rejects(read(), /out of reach/);
  assert.equal(count, 1);
});

test('what is too old is asked for again', async () => {
  let count = 0;
  const read = cached(async () => (count += 1), 0);
  assert.deepEqual([await read(), await read()], [1, 2]);
});
