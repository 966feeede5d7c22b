/**
 * Nine shapes for which Patchwork's answer depends on the order in which mail comes, or is wrong in every order.
 * The right one: exactly one series for each (root of the posting, version, total, submitter); every comment is kept.
 */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { placeMessages } from '../../src/ingest/place-messages.ts';
import { seriesAsDrawn } from '../support/check-drawing.ts';
import { drawnList } from '../support/list-drawing.ts';
import { ordersOf } from '../support/seeded-random.ts';

test('A: shallow threading with a cover letter', () => {
  seriesAsDrawn(`
    A [PATCH 0/3] mm: fix leaks
    A   [PATCH 1/3] mm: one
    A   [PATCH 2/3] mm: two
    A   [PATCH 3/3] mm: three
  `);
});

test('B: shallow threading without a cover letter', () => {
  seriesAsDrawn(`
    A [PATCH 1/4] mm: one
    A   [PATCH 2/4] mm: two
    A   [PATCH 3/4] mm: three
    A   [PATCH 4/4] mm: four
  `);
});

test('C: deep threading with a cover letter', () => {
  seriesAsDrawn(`
    A [PATCH 0/3] mm: fix leaks
    A   [PATCH 1/3] mm: one
    A     [PATCH 2/3] mm: two
    A       [PATCH 3/3] mm: three
  `);
});

test("D: v2 whose cover letter answers v1's", () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B   [PATCH v2 0/2] mm: fix leaks
    B     [PATCH v2 1/2] mm: one
    B     [PATCH v2 2/2] mm: two
  `);
});

test("E: v2 that grew to three patches, all answering v1's cover letter", () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B   [PATCH v2 1/3] mm: one
    B   [PATCH v2 2/3] mm: two
    B   [PATCH v2 3/3] mm: three
  `);
});

test('F: four patches of one series that all answer a patch of another', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    B   [PATCH 1/4] fs: one
    B   [PATCH 2/4] fs: two
    B   [PATCH 3/4] fs: three
    B   [PATCH 4/4] fs: four
    A   [PATCH 2/2] mm: two
  `);
});

test('G: two unrelated series of one submitter without references, minutes apart', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    A [PATCH 2/2] mm: two
    B [PATCH 1/2] fs: one | +5m
    B [PATCH 2/2] fs: two
  `);
});

test("H: v2 without a cover letter that answers v1's first patch and grew to three", () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    B     [PATCH v2 1/3] mm: one | +1d
    B       [PATCH v2 2/3] mm: two
    B       [PATCH v2 3/3] mm: three
    A   [PATCH 2/2] mm: two | -1d
  `);
});

test('I: all comments on a patch are kept, whichever comes first', () => {
  const messages = drawnList(`
    A [PATCH] mm: fix a leak
    -   Re: [PATCH] mm: fix a leak
    -     Re: Re: [PATCH] mm: fix a leak
    -   Re: [PATCH] mm: fix a leak
  `);
  for (const order of ordersOf(messages, 1)) {
    const places = [...placeMessages(order).placeOf.values()];
    const targets = places.flatMap(({ kind, target }) => (kind === 'comment' ? [target] : []));
    assert.deepEqual(targets, [messages[0], messages[0], messages[0]]);
  }
});
