import { test } from 'node:test';
import assert from 'node:assert/strict';
import { arrivingList } from '../support/arriving-list.ts';
import { canonicalPlaces } from '../support/canonical-places.ts';
import type { DrawnMessage } from '../support/list-drawing.ts';
import { randomList } from '../support/random-list.ts';
import type { ListShape } from '../support/random-list.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import type { SeededRandom } from '../support/seeded-random.ts';

const seed = runSeed();
console.log(`PATCHLOOM_SEED=${seed}`);

/** From lists of a few tangled messages to ones that fall into many threads. */
const shapes: readonly ListShape[] = [
  { messageCount: 6, nodeCount: 6, maxReferences: 2, spanMinutes: 60 },
  { messageCount: 10, nodeCount: 14, maxReferences: 1, spanMinutes: 90 },
  { messageCount: 14, nodeCount: 60, maxReferences: 1, spanMinutes: 120 },
  { messageCount: 20, nodeCount: 25, maxReferences: 3, spanMinutes: 200 },
  { messageCount: 40, nodeCount: 400, maxReferences: 1, spanMinutes: 400 },
];
const listsOfEachShape = 60;

function* randomLists(random: SeededRandom): Generator<DrawnMessage[]> {
  for (const shape of shapes) {
    for (let list = 0; list < listsOfEachShape; list += 1) yield randomList(random, shape);
  }
}

test('the order in which messages come changes nothing', () => {
  const random = seededRandom(seed);
  for (const messages of randomLists(random)) {
    const expected = canonicalPlaces(messages);
    for (let round = 0; round < 4; round += 1) {
      assert.equal(canonicalPlaces(random.shuffled(messages)), expected, `PATCHLOOM_SEED=${seed}`);
    }
  }
});

test('deriving in batches, only what each can touch, gives what deriving all at once gives', () => {
  const random = seededRandom(seed);
  for (const messages of randomLists(random)) {
    const expected = canonicalPlaces(messages);
    for (let round = 0; round < 3; round += 1) {
      const list = arrivingList<DrawnMessage>();
      for (const batch of randomBatches(random, messages)) list.add(batch);
      assert.equal(list.canonical(), expected, `PATCHLOOM_SEED=${seed}`);
    }
  }
});

test('a batch does not derive all of a list again', () => {
  const random = seededRandom(seed);
  const shape = { messageCount: 200, nodeCount: 5000, maxReferences: 1, spanMinutes: 20_000 };
  const list = arrivingList<DrawnMessage>();
  for (const message of randomList(random, shape)) list.add([message]);
  assert.ok(list.derivedCount() < 5 * shape.messageCount, `${list.derivedCount()} derived`);
});

function randomBatches(random: SeededRandom, messages: readonly DrawnMessage[]): DrawnMessage[][] {
  const batches: DrawnMessage[][] = [[]];
  const endOdds = 1 + random.below(6);
  for (const message of random.shuffled(messages)) {
    batches.at(-1)?.push(message);
    if (random.below(endOdds) === 0) batches.push([]);
  }
  return batches.filter((batch) => batch.length > 0);
}
