import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexingTurns } from '../../src/ingest/indexing-turns.ts';

/** Turns that note what is done, in order: [1, 2] together, 3 alone. */
function notedTurns() {
  const done: (readonly number[] | number)[] = [];
  let underWay = 0;
  async function note(what: readonly number[] | number): Promise<void> {
    underWay += 1;
    assert.equal(underWay, 1, 'one thing at a time');
    await new Promise(setImmediate);
    done.push(what);
    underWay -= 1;
    if (what === 13) throw new Error('unlucky');
  }
  const turns = indexingTurns({
    indexTogether: note,
    indexAlone: note,
    maxTogether: 3,
  });
  return { turns, done };
}

test('what waits is indexed one thing at a time, batches and single deliveries by turns', async () => {
  const { turns, done } = notedTurns();
  await Promise.all([
    turns.together([1]),
    turns.together([2, 3]),
    turns.alone(10, 0),
    turns.together([4]),
    turns.together([5]),
    turns.alone(11, 0),
  ]);
  assert.deepEqual(done, [[1], 10, [2, 3, 4], 11, [5]]);
});

test('of single deliveries the one with the fewest failures goes first', async () => {
  const { turns, done } = notedTurns();
  await Promise.all([
    turns.together([1]),
    turns.alone(12, 2),
    turns.alone(11, 1),
    turns.alone(10, 0),
  ]);
  assert.deepEqual(done, [[1], 10, 11, 12]);
});

test('one that fails holds up nothing', async () => {
  const { turns, done } = notedTurns();
  const results = await Promise.allSettled([turns.alone(13, 0), turns.alone(14, 0)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
  assert.deepEqual(done, [13, 14]);
});

test('a call that has more deliveries than go together goes alone, and whole', async () => {
  const { turns, done } = notedTurns();
  await Promise.all([
    turns.together([1]),
    turns.together([2, 3, 4, 5]),
    turns.together([6, 7]),
    turns.together([8, 9]),
  ]);
  assert.deepEqual(done, [[1], [2, 3, 4, 5], [6, 7], [8, 9]]);
});

test('live mail goes before what is replayed, and one call of that goes with it', async () => {
  const { turns, done } = notedTurns();
  await Promise.all([
    ...[1, 2, 3, 4, 5, 6].map(async (id) => turns.together([id], true)),
    turns.together([7]),
    turns.together([8]),
    turns.together([9]),
    turns.together([10]),
  ]);
  assert.deepEqual(done, [[1], [7, 8, 9, 2], [10, 3], [4, 5, 6]]);
});
