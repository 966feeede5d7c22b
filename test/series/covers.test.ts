import { test } from 'node:test';
import assert from 'node:assert/strict';
import { rulesOf, seriesAsDrawn } from '../support/check-drawing.ts';

test('a cover letter sent late as an answer to its own patches is theirs', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    A     [PATCH 0/2] mm: fix leaks | +3h
  `);
  assert.equal(A?.key, '<03@list>');
  assert.deepEqual(rulesOf(A), ['0 late-cover <02@list>', '1 first', '2 reference <01@list>']);
});

test('a late cover letter that answers one of several unthreaded patches is theirs', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 1/3] mm: one
    A [PATCH 2/3] mm: two
    A   [PATCH 0/3] mm: fix leaks | +3h
    A [PATCH 3/3] mm: three | -3h
  `);
  assert.deepEqual(rulesOf(A), [
    '0 late-cover <02@list>',
    '1 first',
    '2 date-window <01@list>',
    '3 date-window <03@list>',
  ]);
});

test('an unlabelled second posting whose cover letter answers the first is no late cover letter', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B     [PATCH 0/2] mm: fix leaks | +1d
    B       [PATCH 1/2] mm: one
    B       [PATCH 2/2] mm: two
  `);
});

test('a patch sent after a higher number, as an answer to it, is of its posting', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 2/2] mm: two
    A   [PATCH 1/2] mm: one | +1h
  `);
  assert.deepEqual(rulesOf(A), ['1 reference <01@list>', '2 first']);
});

test('cover letter and patches sent together are one posting though they name different versions', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH v2 0/2] mm: fix leaks
    A   [PATCH v3 1/2] mm: one
    A   [PATCH v3 2/2] mm: two
  `);
  assert.equal(A?.version, 2);
  assert.equal(A?.isComplete, true);
  assert.deepEqual(rulesOf(A), [
    '0 first',
    '1 cover-of-other-version <01@list>',
    '2 shared-parent <02@list>',
  ]);
});

test('a cover letter without a version has the patches of v2 that were sent with it', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH v2 1/2] mm: one
    A     [PATCH v2 2/2] mm: two
  `);
  assert.equal(A?.version, 2);
});

test("v2 without a cover letter that answers v1's is its own, even where v1's patches are lost", () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    B   [PATCH v2 1/2] mm: one
    B   [PATCH v2 2/2] mm: two
    A   [PATCH 2/2] mm: two
  `);
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    B   [PATCH v2 1/2] mm: one | +1h
    B   [PATCH v2 2/2] mm: two
  `);
});

test('patches of two versions do not share one cover letter', () => {
  seriesAsDrawn(`
    A [PATCH v2 0/2] mm: fix leaks
    A   [PATCH v3 1/2] mm: one
    A   [PATCH v3 2/2] mm: two
    B   [PATCH v4 1/2] mm: one
    B   [PATCH v4 2/2] mm: two
  `);
});

test('a cover letter has no patches of another version with another total or submitter', () => {
  seriesAsDrawn(`
    A [PATCH v2 0/2] mm: fix leaks
    B   [PATCH v3 1/1] mm: one
    C   [PATCH v3 1/2] mm: one | @bob
  `);
});

test('an unthreaded cover letter that alone says v3 has the unthreaded patches of its window', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH v3 0/2] mm: fix leaks
    A [PATCH 1/2] mm: one
    A [PATCH 2/2] mm: two
    B [PATCH 1/2] fs: one | +1h
    B [PATCH 2/2] fs: two
  `);
  assert.equal(A?.version, 3);
});

test('a cover letter and patches of one run are one posting, however far apart their dates', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH v2 0/2] mm: fix leaks | <20240301100000.77-1-ann@example.org>
    A   [PATCH v3 1/2] mm: one     | <20240301100000.77-2-ann@example.org> +1d
    A   [PATCH v3 2/2] mm: two     | <20240301100000.77-3-ann@example.org> +1d
  `);
  assert.deepEqual(rulesOf(A)[1], '1 cover-of-other-version <20240301100000.77-1-ann@example.org>');
});

test('in deep threading only the cover letter needs to say v3', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH v3 0/3] mm: fix leaks
    A   [PATCH 1/3] mm: one
    A     [PATCH 2/3] mm: two     | parent-only -5m
    A       [PATCH 3/3] mm: three | parent-only -5m
  `);
  assert.equal(A?.version, 3);
});

test('the closest cover letter gives the version, not one of an earlier posting', () => {
  const { A, B } = seriesAsDrawn(`
    A [PATCH v2 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B   [PATCH v3 0/2] mm: fix leaks | +1d
    B     [PATCH 1/2] mm: one
    B     [PATCH 2/2] mm: two
  `);
  assert.deepEqual([A?.version, B?.version], [2, 3]);
});

test("another submitter's cover letter gives no version", () => {
  const { B } = seriesAsDrawn(`
    A [PATCH v3 0/2] mm: fix leaks | @bob
    -   Re: mm: fix leaks          | @bob
    B     [PATCH 1/2] mm: one      | parent-only
    B     [PATCH 2/2] mm: two
  `);
  assert.equal(B?.version, 1);
});

test('a version comes from a lower number only', () => {
  seriesAsDrawn(`
    A [PATCH v2 2/2] mm: two
    B   [PATCH 1/2] mm: one | +1h
  `);
  seriesAsDrawn(`
    A [PATCH v2 1/2] mm: one | <one@list>
    - mm: leaks | text @bob
    B   [PATCH 1/2] mm: one | +1h also <one@list>
    B   [PATCH 2/2] mm: two
  `);
  seriesAsDrawn(`
    A [PATCH v2 1/2] mm: one
    A   [PATCH 2/2] mm: two
  `);
});

test('a version behind the subject counts as one in its prefixes', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one
    B   [PATCH 2/2] mm: two (v2)
  `);
});

test('a cover letter alone is not joined to a posting of another version that has one', () => {
  seriesAsDrawn(`
    A [PATCH v2 0/1] mm: fix a leak
    B [PATCH v3 0/1] mm: fix a leak | +1m
    B [PATCH v3 1/1] mm: one
  `);
});

test('a pull request with number 0 is the cover letter of its patches', () => {
  const { A } = seriesAsDrawn(`
    A [GIT PULL 0/2] mm: for 6.9 | pull
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
  `);
  assert.equal(A?.cover?.messageId, '<01@list>');
});

test('a pull request without a number is the cover letter of the patches sent with it', () => {
  const { A, B } = seriesAsDrawn(`
    A [GIT PULL] mm: for 6.9 | pull
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B   [PATCH 1/2] mm: follow-up | +1h
    B   [PATCH 2/2] mm: follow-up
  `);
  assert.equal(A?.name, 'mm: for 6.9');
  assert.equal(A?.total, 2);
  assert.equal(A?.isComplete, true);
  assert.deepEqual(rulesOf(A).slice(0, 2), ['0 first', '1 cover-is-pull-request <01@list>']);
  assert.equal(B?.cover, null);
});

test('a pull request and patches of one run are one posting, however far apart their dates', () => {
  seriesAsDrawn(`
    A [GIT PULL] mm: for 6.9   | pull <cover.1709287200.git.ann@example.org>
    A   [PATCH 1/1] mm: one    | +2d <5f0c3e6bd1a25f0c3e6bd1a25f0c3e6bd1a25f0c.1709287200.git.ann@example.org>
  `);
});

test("a pull request is no cover letter of patches that have one, or are another submitter's", () => {
  const { A } = seriesAsDrawn(`
    A [GIT PULL] mm: for 6.9 | pull
    B   [PATCH 0/1] mm: fix a leak
    B     [PATCH 1/1] mm: one
    C   [PATCH 1/1] mm: other | @bob
  `);
  assert.deepEqual(rulesOf(A), ['1 unnumbered']);
});

test('a cover letter with an interdiff counts as a cover letter, not as a patch', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH v2 0/1] mm: fix a leak
    A   [PATCH v2 1/1] mm: one
  `);
  assert.equal(A?.cover?.messageId, '<01@list>');
  assert.equal(A?.total, 1);
});
