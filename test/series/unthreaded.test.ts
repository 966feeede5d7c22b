import { test } from 'node:test';
import assert from 'node:assert/strict';
import { rulesOf, seriesAsDrawn } from '../support/check-drawing.ts';

test('dates chain: each patch within the window of the one before', () => {
  seriesAsDrawn(`
    A [PATCH 1/3] mm: one
    A [PATCH 2/3] mm: two   | +15m
    A [PATCH 3/3] mm: three | +15m
    B [PATCH 4/3] mm: late  | +21m
  `);
});

test('the window is 20 minutes', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    A [PATCH 2/2] mm: two | +20m
    B [PATCH 1/2] fs: one | +1d
    C [PATCH 2/2] fs: two | +1201s
  `);
});

test('a date joins nobody else’s patch, no other total and no other version', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    B [PATCH 2/2] mm: two | @bob
    C [PATCH 2/3] mm: two
    D [PATCH v2 2/2] mm: two
  `);
});

test('a patch joins the posting that is nearest in date', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    B [PATCH 1/2] mm: one again | +5m
    B [PATCH 2/2] mm: two
  `);
});

test('what is too far from the posting is not joined through what lies between', () => {
  seriesAsDrawn(`
    A [PATCH 1/3] mm: one
    A [PATCH 2/3] mm: two
    B [PATCH 1/3] fs: one   | +15m
    B [PATCH 2/3] fs: two
    B [PATCH 3/3] fs: three
    C [PATCH 3/3] mm: three | +15m
  `);
});

test('a patch sent without references joins the thread of its posting by its date', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A [PATCH 2/2] mm: two | +5m
  `);
  assert.deepEqual(rulesOf(A)[2], '2 date-window <01@list>');
});

test('a reason stands with the first of those that joined together', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 3/3] mm: three
    A [PATCH 0/3] mm: fix leaks | +1m
    A   [PATCH 1/3] mm: one     | <20240301100000.77-1-ann@example.org>
    A   [PATCH 2/3] mm: two     | <20240301100000.77-2-ann@example.org>
  `);
  assert.deepEqual(rulesOf(A), [
    '0 date-window <01@list>',
    '1 reference <02@list>',
    '2 same-run <20240301100000.77-1-ann@example.org>',
    '3 first',
  ]);
});

test('a patch that refers to something is never joined by its date', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    - mm: leaks | text @bob
    B   [PATCH 2/2] mm: two
  `);
});

test('two series sent at one time are told apart by the runs that sent them', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 1/2] mm: one | <20240301100000.77-1-ann@example.org>
    B [PATCH 1/2] fs: one | <20240301100000.99-1-ann@example.org>
    B [PATCH 2/2] fs: two | <20240301100000.99-2-ann@example.org>
    A [PATCH 2/2] mm: two | <20240301100000.77-2-ann@example.org>
  `);
  assert.deepEqual(rulesOf(A), ['1 first', '2 same-run <20240301100000.77-1-ann@example.org>']);
});

test('runs of every known tool tell interleaved series apart', () => {
  const one = '5f0c3e6bd1a25f0c3e6bd1a25f0c3e6bd1a25f0c';
  const two = '6f0c3e6bd1a25f0c3e6bd1a25f0c3e6bd1a25f0c';
  for (const [a1, b1, b2, a2] of [
    [
      '1-2-1-git-send-email-a@b',
      '1-3-1-git-send-email-a@b',
      '1-3-2-git-send-email-a@b',
      '1-2-2-git-send-email-a@b',
    ],
    [`${one}.11.git.a@b`, `${one}.12.git.a@b`, `${two}.12.git.a@b`, `${two}.11.git.a@b`],
    [
      '20240301-mm-v1-1-aaaaaaaaaaaa@b',
      '20240301-fs-v1-1-bbbbbbbbbbbb@b',
      '20240301-fs-v1-2-bbbbbbbbbbbb@b',
      '20240301-mm-v1-2-aaaaaaaaaaaa@b',
    ],
  ]) {
    seriesAsDrawn(`
      A [PATCH 1/2] mm: one | <${a1}>
      B [PATCH 1/2] fs: one | <${b1}>
      B [PATCH 2/2] fs: two | <${b2}>
      A [PATCH 2/2] mm: two | <${a2}>
    `);
  }
});

test('a run is no evidence between threads that nothing ties together', () => {
  // A part of a list is derived from threads and dates alone: what they do not reach must not count.
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one | <20240301100000.77-1-ann@example.org>
    B [PATCH 2/2] mm: two | <20240301100000.77-2-ann@example.org> +1h
  `);
  seriesAsDrawn(`
    - mm: leaks | text @bob
    A   [PATCH 1/2] mm: one | <20240301100000.77-1-ann@example.org>
    - mm: leaks | text @bob
    B   [PATCH 2/2] mm: two | <20240301100000.77-2-ann@example.org>
  `);
});

test('one run may hold two series of one total', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one | <20240301100000.77-1-ann@example.org>
    A [PATCH 2/2] mm: two | <20240301100000.77-2-ann@example.org>
    B [PATCH 1/2] fs: one | <20240301100000.77-3-ann@example.org>
    B [PATCH 2/2] fs: two | <20240301100000.77-4-ann@example.org>
  `);
});
