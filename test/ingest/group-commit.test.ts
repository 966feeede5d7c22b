import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupCommit, LateError } from '../../src/ingest/group-commit.ts';

/** Records the batches that are run; each waits until the test lets it go. */
function heldBatches() {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  return {
    batches,
    release: () => gates.shift()?.(),
    async run(items: readonly number[]): Promise<readonly number[]> {
      batches.push([...items]);
      await new Promise<void>((resolve) => gates.push(resolve));
      return items;
    },
  };
}

test('calls that come while a batch is under way share the next one', async () => {
  const held = heldBatches();
  const call = groupCommit((items: readonly number[]) => held.run(items), { maxItems: 3 });
  const results = [1, 2, 3, 4, 5].map((item) => call(item));
  for (let batch = 0; batch < 3; batch += 1) {
    held.release();
    await new Promise(setImmediate);
  }
  assert.deepEqual(await Promise.all(results), [1, 2, 3, 4, 5]);
  assert.deepEqual(held.batches, [[1], [2, 3, 4], [5]]);
});

test('a batch is no heavier than allowed, but for one item that is heavier by itself', async () => {
  const held = heldBatches();
  const limits = { maxItems: 10, maxWeight: 10, weightOf: (item: number) => item };
  const call = groupCommit((items: readonly number[]) => held.run(items), limits);
  const results = [1, 6, 4, 5, 30, 2].map((item) => call(item));
  for (let batch = 0; batch < 5; batch += 1) {
    held.release();
    await new Promise(setImmediate);
  }
  await Promise.all(results);
  assert.deepEqual(held.batches, [[1], [6, 4], [5], [30], [2]]);
});

test('a call whose deadline passes is rejected, and is not run if it has not begun', async () => {
  const held = heldBatches();
  const call = groupCommit((items: readonly number[]) => held.run(items), {
    maxItems: 1,
    deadlineMs: 20,
  });
  const results = await Promise.allSettled([call(1), call(2)]);
  assert.ok(results.every((r) => r.status === 'rejected' && r.reason instanceof LateError));
  held.release();
  await new Promise(setImmediate);
  assert.deepEqual(held.batches, [[1]]);
});

test('where one item may be to blame for a failure, only that one fails', async () => {
  const run = async (items: readonly number[]): Promise<readonly number[]> => {
    await new Promise(setImmediate);
    if (items.includes(3)) throw new RangeError('not 3');
    return items;
  };
  const mayBlameOne = (error: unknown): boolean => error instanceof RangeError;
  const call = groupCommit(run, { maxItems: 10, mayBlameOne });
  const results = await Promise.allSettled([1, 2, 3, 4].map((item) => call(item)));
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
});
