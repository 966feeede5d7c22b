import assert from 'node:assert/strict';
import { placeMessages } from '../../src/ingest/place-messages.ts';
import type { Series } from '../../src/series/build-series.ts';
import { canonicalPlaces } from './canonical-places.ts';
import { drawnList } from './list-drawing.ts';
import type { DrawnMessage } from './list-drawing.ts';
import { ordersOf, runSeed } from './seeded-random.ts';

/**
 * Checks that the drawn messages form exactly the series of their letters, in whatever order they come, with the same
 * result byte for byte. Gives the series by letter, for claims about more than who is in them.
 */
export function seriesAsDrawn(drawing: string): Readonly<Record<string, Series>> {
  const messages = drawnList(drawing);
  const { series } = placeMessages(messages);
  const found = series.map(({ members }) => members.map(({ submission }) => submission));
  assert.deepEqual(shown(found), shown(drawnGroups(messages)));
  const seed = runSeed();
  const expected = canonicalPlaces(messages);
  for (const order of ordersOf(messages, seed)) {
    if (canonicalPlaces(order) === expected) continue;
    const ids = order.map(({ messageId }) => messageId);
    assert.equal(canonicalPlaces(order), expected, `order ${ids.join()}, PATCHLOOM_SEED=${seed}`);
  }
  return Object.fromEntries(series.map((one) => [one.lead.letter, one]));
}

function drawnGroups(messages: readonly DrawnMessage[]): DrawnMessage[][] {
  const letters = [...new Set(messages.map(({ letter }) => letter))];
  return letters
    .filter((letter) => letter !== null)
    .map((letter) => messages.filter((message) => message.letter === letter));
}

function shown(groups: readonly DrawnMessage[][]): string[][] {
  return groups
    .map((group) => group.map(({ messageId, subject }) => `${messageId} ${subject}`).toSorted())
    .toSorted((a, b) => (a.join() < b.join() ? -1 : 1));
}

/** "3 first, 4 reference <3@list>": why each member is in its series. */
export function rulesOf(series: Series | undefined): string[] {
  assert(series !== undefined, 'no such series');
  return series.members.map(({ number, rule, evidence }) =>
    [number, rule, ...(evidence === null ? [] : [evidence])].join(' '),
  );
}
