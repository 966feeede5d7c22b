import { test } from 'node:test';
import assert from 'node:assert/strict';
import { rulesOf, seriesAsDrawn } from '../support/check-drawing.ts';

test('a resend with the same version that answers the first cover letter is a series of its own', () => {
  seriesAsDrawn(`
    A [PATCH 0/3] mm: fix leaks
    A   [PATCH 1/3] mm: one
    A   [PATCH 2/3] mm: two
    A   [PATCH 3/3] mm: three
    B   [PATCH 1/3] mm: one | +1d
    B   [PATCH 2/3] mm: two
    B   [PATCH 3/3] mm: three
  `);
});

test('a resend keeps together where the first posting lost a patch', () => {
  seriesAsDrawn(`
    A [PATCH 0/3] mm: fix leaks
    A   [PATCH 1/3] mm: one
    A   [PATCH 3/3] mm: three
    B   [PATCH 1/3] mm: one | +1d
    B   [PATCH 2/3] mm: two
    B   [PATCH 3/3] mm: three
  `);
});

test('a resend of one run keeps together where the first posting lost what it has', () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks | <20240301100000.77-1-ann@example.org>
    A   [PATCH 2/2] mm: two     | <20240301100000.77-3-ann@example.org>
    B   [PATCH 1/2] mm: one     | <20240302100000.99-1-ann@example.org> +1d
    B   [PATCH 2/2] mm: two     | <20240302100000.99-2-ann@example.org>
  `);
});

test('a resend in deep threading is a series of its own', () => {
  seriesAsDrawn(`
    A [PATCH 1/3] mm: one
    A   [PATCH 2/3] mm: two
    A     [PATCH 3/3] mm: three
    B     [PATCH 1/3] mm: one | +1d
    B       [PATCH 2/3] mm: two
    B         [PATCH 3/3] mm: three
  `);
});

test('resent patches that all answer patch 1 of the first posting are one series', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B   [PATCH 2/2] mm: two | +1d
    B   [PATCH 1/2] mm: one
  `);
});

test('one patch sent again with the same number is a series of its own', () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B     [PATCH 2/2] mm: two | +1h
  `);
});

test('one patch replaced as v5.1 is a posting of its own, wherever it answers', () => {
  seriesAsDrawn(`
    A [PATCH v5 0/3] mm: fix leaks
    A   [PATCH v5 1/3] mm: one
    A   [PATCH v5 2/3] mm: two
    B     [PATCH v5.1 2/3] mm: two | +1h
    A   [PATCH v5 3/3] mm: three | -1h
  `);
  seriesAsDrawn(`
    A [PATCH v5 0/3] mm: fix leaks
    A   [PATCH v5 1/3] mm: one
    -   [PATCH v5 2/3] mm: two | lost
    B     [PATCH v5.1 2/3] mm: two | +1h
    B     [PATCH v5.1 3/3] mm: three
  `);
});

test('PATCHv2 that answers PATCH is no part of it, though Patchwork reads both as version 1', () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    B   [PATCHv2 1/2] mm: one | +1d
    B   [PATCHv2 2/2] mm: two
  `);
  seriesAsDrawn(`
    A [PATCHv2 0/2] mm: fix leaks
    A   [PATCH v2 1/2] mm: one
    A   [PATCH 2/2] mm: two
  `);
});

test('a patch resent because the list lost it is of its posting', () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH RESEND 2/2] mm: two | +3d
  `);
});

test('an answer to some patches of v1, each to the patch it replaces, is one posting', () => {
  const { B } = seriesAsDrawn(`
    A [PATCH 1/3] mm: one
    A   [PATCH 2/3] mm: two
    A   [PATCH 3/3] mm: three
    B   [PATCH v2 1/3] mm: one       | +1d
    B     [PATCH v2 2/3] mm: two     | parent-only also <02@list>
  `);
  assert.deepEqual(rulesOf(B).length, 2);
  const { D } = seriesAsDrawn(`
    C [PATCH 1/3] mm: one
    D   [PATCH v2 1/3] mm: one   | +1d
    C   [PATCH 2/3] mm: two      | -1d
    D     [PATCH v2 2/3] mm: two | +1d
    C   [PATCH 3/3] mm: three    | -1d
  `);
  assert.deepEqual(rulesOf(D), ['1 first', '2 parallel-replies <02@list>']);
});

test('answers to patches of v1 that are hours apart are two postings', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    B   [PATCH v2 1/2] mm: one   | +1d
    A   [PATCH 2/2] mm: two      | -1d
    C     [PATCH v2 2/2] mm: two | +2d
  `);
});

test('0.5/5, a patch to be inserted, is a series of its own and takes no place', () => {
  seriesAsDrawn(`
    A [PATCH 0/5] mm: fix leaks
    B   [PATCH 0.5/5] mm: first of all
    A   [PATCH 1/5] mm: one
    A   [PATCH 5/5] mm: five
  `);
});
