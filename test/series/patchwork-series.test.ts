/**
 * The shapes of Patchwork's own series tests 1 to 33 that are about grouping, completeness and names, each rebuilt as a
 * short list. Not here: 6, the same patches on two projects (lists are apart by construction); 11, MIME types (no matter
 * of series); 33, a name set by hand (the mail never overwrites what is not in it); 34 to 43, dependencies.
 */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { placeMessages } from '../../src/ingest/place-messages.ts';
import { rulesOf, seriesAsDrawn } from '../support/check-drawing.ts';
import { drawnList } from '../support/list-drawing.ts';

test('a single patch is a series of one (1)', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH] mm: fix a leak
  `);
  assert.equal(A?.total, 1);
  assert.equal(A?.isComplete, true);
  assert.equal(A?.name, 'mm: fix a leak');
  assert.deepEqual(rulesOf(A), ['1 unnumbered']);
});

test('a cover letter and the patches that answer it are one series (2)', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
  `);
  assert.equal(A?.cover?.messageId, '<01@list>');
  assert.equal(A?.key, '<01@list>');
  assert.deepEqual(rulesOf(A), ['0 first', '1 reference <01@list>', '2 reference <01@list>']);
});

test('two patches without a cover letter, the second answering the first, are one series (3)', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
  `);
  assert.equal(A?.cover, null);
  assert.equal(A?.key, '<01@list>');
});

test('deep threading, each patch answering the one before, is one series (4)', () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A     [PATCH 2/2] mm: two
  `);
});

test('dates in the reverse of the numbers change nothing (5)', () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks | +1h
    A   [PATCH 1/2] mm: one | -5m
    A   [PATCH 2/2] mm: two | -5m
  `);
});

test('a cover letter that alone says v3 has the patches that answer it (7)', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH net-next v3 0/2] net: fix leaks
    A   [PATCH net-next 1/2] net: one
    A   [PATCH net-next 2/2] net: two
  `);
  assert.equal(A?.version, 3);
});

test('a cover letter and four patches that refer to it among others are one series (8)', () => {
  seriesAsDrawn(`
    A [PATCH 0/4] mm: fix leaks
    A   [PATCH 1/4] mm: one   | also <x@other>
    A   [PATCH 2/4] mm: two   | also <y@other>
    A   [PATCH 3/4] mm: three | also <x@other>
    A   [PATCH 4/4] mm: four
  `);
});

test('two patches that refer to nothing are one series by their dates (9)', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    A [PATCH 2/2] mm: two
  `);
  assert.deepEqual(rulesOf(A), ['1 first', '2 date-window <01@list>']);
});

test('a cover letter and two patches that refer to nothing are one series (10)', () => {
  // Patchwork leaves the cover letter in a series of its own.
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A [PATCH 1/2] mm: one
    A [PATCH 2/2] mm: two
  `);
});

test('v1, then v2 as a thread of its own, are two series (12)', () => {
  const { A, B } = seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B [PATCH v2 0/2] mm: fix leaks
    B   [PATCH v2 1/2] mm: one
    B   [PATCH v2 2/2] mm: two
  `);
  assert.deepEqual([A?.version, B?.version], [1, 2]);
});

test('a patch and its v2 in answer to it are two series (13)', () => {
  seriesAsDrawn(`
    A [PATCH] mm: fix a leak
    B   [PATCH v2] mm: fix a leak | +1d
  `);
});

test("v2 that answers v1's cover letter is a series of its own (14)", () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B   [PATCH v2 0/2] mm: fix leaks | +1d
    B     [PATCH v2 1/2] mm: one
    B     [PATCH v2 2/2] mm: two
  `);
});

test("v2 that answers v1's last patch is a series of its own, whatever its dates (15, 16)", () => {
  for (const step of ['+1d', '-1d']) {
    seriesAsDrawn(`
      A [PATCH 0/2] mm: fix leaks
      A   [PATCH 1/2] mm: one
      A   [PATCH 2/2] mm: two
      B     [PATCH v2 0/2] mm: fix leaks | ${step}
      B       [PATCH v2 1/2] mm: one
      B       [PATCH v2 2/2] mm: two
    `);
  }
});

test('a second posting without version and cover letter is a series of its own (17)', () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B [PATCH 1/2] mm: one | +5m
    B   [PATCH 2/2] mm: two
  `);
});

test('a second posting without version, with a cover letter, is a series of its own (18)', () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B [PATCH 0/2] mm: fix leaks | +5m
    B   [PATCH 1/2] mm: one
    B   [PATCH 2/2] mm: two
  `);
});

test('two postings without version and references, an hour apart, are two series (19)', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    A [PATCH 2/2] mm: two
    B [PATCH 1/2] mm: one | +1h
    B [PATCH 2/2] mm: two
  `);
});

test('an unnumbered diff in answer to a patch is a series of its own (20)', () => {
  seriesAsDrawn(`
    A [PATCH 0/1] mm: fix a leak
    A   [PATCH 1/1] mm: one
    B     [PATCH] mm: what about this
  `);
});

test("a second posting without version and cover letter in answer to the first's is its own (21)", () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B   [PATCH 1/2] mm: one | +1h
    B     [PATCH 2/2] mm: two
  `);
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B   [PATCH 1/2] mm: one | +1h
    B   [PATCH 2/2] mm: two
  `);
});

test("v2 without a cover letter that answers v1's last patch is a series of its own (22)", () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B     [PATCH v2 1/2] mm: one | +1d
    B       [PATCH v2 2/2] mm: two
  `);
});

test('the same 1/4 three times in quick succession is three series (23)', () => {
  seriesAsDrawn(`
    A [PATCH 1/4] mm: one
    B [PATCH 1/4] mm: one
    C [PATCH 1/4] mm: one
  `);
  seriesAsDrawn(`
    - Re: mm: leaks everywhere
    A   [PATCH 1/4] mm: one
    B   [PATCH 1/4] mm: one
    C   [PATCH 1/4] mm: one
    C   [PATCH 2/4] mm: two
  `);
});

test('v2 2/2 that answers a v2 1/2 that never came does not fall into v1 (24)', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    -   [PATCH v2 1/2] mm: one | lost
    B     [PATCH v2 2/2] mm: two
  `);
});

test('a cover letter and one patch of two are not complete (25)', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
  `);
  assert.equal(A?.isComplete, false);
});

test('all of 1 to total make a series complete, with or without cover letter (26)', () => {
  const { A, B } = seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B [PATCH 1/2] fs: one | +1h
    B [PATCH 2/2] fs: two
  `);
  assert.equal(A?.isComplete, true);
  assert.equal(B?.isComplete, true);
});

test('an extra patch 3/2 that answers the cover letter is in the series, which is complete (27)', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    A   [PATCH 3/2] mm: forgotten | +1h
  `);
  assert.equal(A?.isComplete, true);
  assert.equal(A?.members.length, 4);
});

test('a total is not reached by extra patches alone', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 3/2] mm: forgotten
  `);
  assert.equal(A?.isComplete, false);
});

test("Mercurial's '0 of 2' and its patches are one series (28, 29)", () => {
  seriesAsDrawn(`
    A [PATCH 0 of 2] mm: fix leaks
    A   [PATCH 1 of 2] mm: one
    A   [PATCH 2 of 2] mm: two
    B [PATCH 1 of 2] fs: one | +1d
    B   [PATCH 2 of 2] fs: two
  `);
});

test('a series is named after its cover letter, without prefixes, else after patch 1, with them (30, 31)', () => {
  const { A, B } = seriesAsDrawn(`
    A [RFC PATCH 0/1] A sample series
    A   [RFC PATCH 1/1] mm: one
    B [RFC PATCH 1/2] fs: one | +1d
    B   [RFC PATCH 2/2] fs: two
  `);
  assert.equal(A?.name, 'A sample series');
  assert.equal(B?.name, '[RFC,1/2] fs: one');
});

test("the name is unknown until patch 1 comes, and becomes the cover letter's (32)", () => {
  const [cover, one, two] = drawnList(`
    A [PATCH 0/2] A sample series
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
  `);
  const nameOf = (...came: (typeof two)[]): string | null | undefined =>
    placeMessages(came.filter((message) => message !== undefined)).series[0]?.name;
  assert.equal(nameOf(two), null);
  assert.equal(nameOf(two, one), '[1/2] mm: one');
  assert.equal(nameOf(two, one, cover), 'A sample series');
});
