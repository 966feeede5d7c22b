import { test } from 'node:test';
import assert from 'node:assert/strict';
import { placeMessages } from '../../src/ingest/place-messages.ts';
import { keptSeriesIds, seriesChanges } from '../../src/ingest/reconcile-series.ts';
import type { MessageRowId, StoredMessage } from '../../src/store/stored-message.ts';
import type { SeriesChanges, SeriesRow } from '../../src/store/series.ts';
import { drawnList } from '../support/list-drawing.ts';

/** Messages as they are stored; row numbers are the lines of the drawing. */
function storedList(drawing: string): StoredMessage[] {
  return drawnList(drawing).map((message, at) => ({
    ...message,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no database numbers this row
    id: (at + 1) as MessageRowId,
    threadId: 1,
    submitterName: 'Ann',
  }));
}

/** Series as they are stored, and which of them each message is in. */
interface SeriesStore {
  readonly rows: readonly SeriesRow[];
  readonly idOf: ReadonlyMap<string, number>;
  readonly changes: SeriesChanges;
}

const empty: SeriesStore = {
  rows: [],
  idOf: new Map(),
  changes: { inserted: [], updated: [], dissolved: [], aliases: [] },
};

/** What is stored once these are all the messages that there are; new series are numbered on from `firstId`. */
function reconciled(
  before: SeriesStore,
  messages: readonly StoredMessage[],
  firstId: number,
): SeriesStore {
  const { series } = placeMessages(messages);
  const idOf = keptSeriesIds(
    series,
    before.rows,
    ({ messageId }) => before.idOf.get(messageId) ?? null,
  );
  for (const one of series.filter((other) => !idOf.has(other))) idOf.set(one, firstId + idOf.size);
  const changes = seriesChanges(series, before.rows, idOf);
  const gone = new Set([...changes.dissolved, ...changes.updated].map(({ id }) => id));
  return {
    rows: [
      ...before.rows.filter(({ id }) => !gone.has(id)),
      ...changes.updated,
      ...changes.inserted,
    ],
    idOf: new Map(
      series.flatMap((one) =>
        one.members.map(({ submission }) => [submission.messageId, idOf.get(one)!]),
      ),
    ),
    changes,
  };
}

test('a first series is inserted with all that its row says', () => {
  const messages = storedList(`
    A [PATCH v2 0/2] mm: fix leaks
    A   [PATCH v2 1/2] mm: one
  `);
  assert.deepEqual(reconciled(empty, messages, 100).changes, {
    inserted: [
      {
        id: 100,
        key: '<01@list>',
        name: 'mm: fix leaks',
        version: 2,
        total: 2,
        patchCount: 1,
        isComplete: false,
        cover: 1,
        submitterName: 'Ann',
        submitterEmail: 'ann@example.org',
        date: '2024-03-01T10:00:01Z',
      },
    ],
    updated: [],
    dissolved: [],
    aliases: [],
  });
});

test('deriving the same again changes nothing', () => {
  const messages = storedList(`
    A [PATCH 0/1] mm: fix a leak
    A   [PATCH 1/1] mm: one
  `);
  const stored = reconciled(empty, messages, 100);
  assert.deepEqual(reconciled(stored, messages, 200).changes, empty.changes);
});

test('a series keeps its id when a late cover letter changes its key, and the old key leads to it', () => {
  const messages = storedList(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
  `);
  const stored = reconciled(empty, messages.slice(1), 100);
  const { changes } = reconciled(stored, messages, 200);
  assert.deepEqual(changes.inserted, []);
  assert.deepEqual(
    changes.updated.map(({ id, key, cover }) => [id, key, cover]),
    [[100, '<01@list>', 1]],
  );
  assert.deepEqual(changes.aliases, [{ key: '<02@list>', seriesId: 100 }]);
});

test('two series that a late message joins keep the older id; the other leads to it', () => {
  const messages = storedList(`
    A [PATCH 1/3] mm: one
    A [PATCH 2/3] mm: two   | +15m
    A [PATCH 3/3] mm: three | +15m
  `);
  const [one, two, three] = messages;
  const stored = reconciled(empty, [one!, three!], 100);
  assert.deepEqual(stored.rows.length, 2);
  const { changes } = reconciled(stored, [one!, two!, three!], 200);
  assert.deepEqual(
    changes.updated.map(({ id, isComplete }) => [id, isComplete]),
    [[100, true]],
  );
  assert.deepEqual(changes.dissolved, [{ id: 101, into: 100 }]);
  assert.deepEqual(changes.aliases, [{ key: '<03@list>', seriesId: 100 }]);
});

test('of a series that a late message takes apart, the part with its key keeps the id', () => {
  const messages = storedList(`
    A [PATCH 1/2] mm: one
    B [PATCH 1/2] fs: one | +10m
    B [PATCH 2/2] fs: two
  `);
  const [one, late, two] = messages;
  const stored = reconciled(empty, [one!, two!], 100);
  assert.equal(stored.rows.length, 1);
  const after = reconciled(stored, [one!, late!, two!], 200);
  assert.equal(after.idOf.get('<01@list>'), 100);
  assert.deepEqual(
    after.changes.inserted.map(({ key }) => key),
    ['<02@list>'],
  );
  assert.deepEqual(after.changes.dissolved, []);
  assert.deepEqual(after.changes.aliases, []);
});

test('a series whose key is no submission any more goes on in what has its oldest member', () => {
  // A second content of the Message-ID, earlier in date, turns out to be discussion.
  const messages = storedList(`
    - Re: mm: leaks         | <one@list>
    A [PATCH 1/2] mm: one   | <one@list>
    A   [PATCH 2/2] mm: two
  `);
  const [earlier, one, two] = messages;
  const stored = reconciled(empty, [one!, two!], 100);
  const { changes } = reconciled(stored, [earlier!, one!, two!], 200);
  assert.deepEqual(
    changes.updated.map(({ id, key }) => [id, key]),
    [[100, '<03@list>']],
  );
  assert.deepEqual(changes.aliases, [{ key: '<one@list>', seriesId: 100 }]);
});

test('of the parts of a series without its key, one alone goes on with the id', () => {
  const messages = storedList(`
    - Re: mm: leaks           | <one@list>
    A [PATCH 1/3] mm: one     | <one@list>
    A [PATCH 2/3] mm: two     | +15m
    B [PATCH 3/3] mm: three   | +15m
  `);
  const [earlier, one, two, three] = messages;
  const stored: SeriesStore = {
    ...empty,
    rows: [{ ...reconciled(empty, [one!], 100).rows[0]! }],
    idOf: new Map([one!, two!, three!].map(({ messageId }) => [messageId, 100])),
  };
  const apart = [two!, { ...three!, references: [one!.node, earlier!.node] }];
  const after = reconciled(stored, [earlier!, one!, ...apart], 200);
  assert.equal(after.idOf.get('<03@list>'), 100);
  assert.notEqual(after.idOf.get('<04@list>'), 100);
});

test('a series that has no member any more leads nowhere where its key is in no other', () => {
  const messages = storedList(`
    - Re: mm: leaks         | <one@list>
    A [PATCH 1/2] mm: one   | <one@list>
  `);
  const [earlier, one] = messages;
  const stored = reconciled(empty, [one!], 100);
  const { changes } = reconciled(stored, [earlier!, one!], 200);
  assert.deepEqual(changes.dissolved, [{ id: 100, into: null }]);
  assert.deepEqual(changes.aliases, []);
});

test('a series that holds its own key does not take an older id that is free', () => {
  const messages = storedList(`
    - Re: mm: leaks         | <one@list>
    A [PATCH 1/2] mm: one   | <one@list>
    A [PATCH 2/2] mm: two
  `);
  const [earlier, one, two] = messages;
  const row = (id: number, key: string): SeriesRow => ({
    ...reconciled(empty, [one!], 0).rows[0]!,
    id,
    key,
  });
  const stored: SeriesStore = {
    ...empty,
    rows: [row(100, '<gone@list>'), row(101, '<03@list>')],
    idOf: new Map([['<03@list>', 101]]),
  };
  const { changes } = reconciled(stored, [earlier!, one!, two!], 200);
  assert.deepEqual(
    changes.updated.map(({ id }) => id),
    [101],
  );
});

test('an unnumbered pull request that is a cover letter counts as no patch', () => {
  const messages = storedList(`
    A [GIT PULL] mm: for 6.9 | pull
    A   [PATCH 1/1] mm: one
  `);
  const [row] = reconciled(empty, messages, 100).rows;
  assert.deepEqual([row?.patchCount, row?.cover, row?.total], [1, 1, 1]);
});
