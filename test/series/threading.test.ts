import { test } from 'node:test';
import assert from 'node:assert/strict';
import { rulesOf, seriesAsDrawn } from '../support/check-drawing.ts';

test('a cover letter that never came still holds its patches together', () => {
  const { A } = seriesAsDrawn(`
    - [PATCH 0/3] mm: fix leaks | lost
    A   [PATCH 1/3] mm: one
    A   [PATCH 2/3] mm: two   | +1d
    A   [PATCH 3/3] mm: three | +1d
  `);
  assert.equal(A?.key, '<02@list>');
  assert.deepEqual(rulesOf(A), [
    '1 first',
    '2 shared-parent <02@list>',
    '3 shared-parent <02@list>',
  ]);
});

test('a patch in the middle of deep threading may be missing', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 0/4] mm: fix leaks
    A   [PATCH 1/4] mm: one
    -     [PATCH 2/4] mm: two | lost
    A       [PATCH 3/4] mm: three
    A         [PATCH 4/4] mm: four
  `);
  assert.equal(A?.isComplete, false);
  assert.deepEqual(rulesOf(A)[2], '3 reference <02@list>');
});

test('patches that refer to a lost message at different distances are one posting', () => {
  const { A } = seriesAsDrawn(`
    - [PATCH 0/3] mm: fix leaks | lost
    -   [PATCH 1/3] mm: one | lost
    A     [PATCH 2/3] mm: two
    A   [PATCH 3/3] mm: three
  `);
  assert.deepEqual(rulesOf(A), ['2 first', '3 shared-ghost <03@list>']);
});

test('a lost message behind one that came is no evidence', () => {
  seriesAsDrawn(`
    - mm: leaks | lost
    -   Re: mm: leaks
    A     [PATCH 1/2] mm: one
    -   Re: mm: leaks | +1d
    B     [PATCH 2/2] mm: two
  `);
});

test('patches that answer one message of a discussion are one posting', () => {
  seriesAsDrawn(`
    - mm: leaks | text @bob
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
  `);
});

test('all dates of a posting count for what is nearest to it', () => {
  seriesAsDrawn(`
    - mm: leaks | text @bob
    A   [PATCH 1/3] mm: one
    A     [PATCH 2/3] mm: two   | +10h
    A   [PATCH 3/3] mm: three
    B   [PATCH 1/3] mm: one     | -6h
  `);
});

test('a total beyond all measure costs nothing', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 1/999999999] mm: one
  `);
  assert.equal(A?.isComplete, false);
});

test('patches that answer different messages of a discussion are not', () => {
  seriesAsDrawn(`
    - mm: leaks | text @bob
    A   [PATCH 1/2] mm: one
    -   Re: mm: leaks | @bob
    B     [PATCH 2/2] mm: two | +1d
  `);
});

test('a reference into another posting never joins the two', () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    A   [PATCH 2/2] mm: two
    B   [PATCH 1/3] fs: one
    B   [PATCH 2/3] fs: two
    B   [PATCH 3/3] fs: three
  `);
});

test("a series that answers another submitter's is a series of its own", () => {
  seriesAsDrawn(`
    A [PATCH 0/2] mm: fix leaks
    A   [PATCH 1/2] mm: one
    B     [PATCH 1/2] mm: better one | @bob
    B       [PATCH 2/2] mm: better two | @bob
    A   [PATCH 2/2] mm: two
  `);
});

test('one thread may hold several trees of postings', () => {
  seriesAsDrawn(`
    - mm: leaks | text @bob
    A   [PATCH 0/2] mm: fix leaks
    A     [PATCH 1/2] mm: one
    A     [PATCH 2/2] mm: two
    B   [PATCH 0/2] fs: fix leaks | +1h
    B     [PATCH 1/2] fs: one
    B     [PATCH 2/2] fs: two
    C       [PATCH v2 0/2] fs: fix leaks | +1d
    C         [PATCH v2 1/2] fs: one
    C         [PATCH v2 2/2] fs: two
  `);
});

test("a submitter's address counts without regard to case", () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one | @Ann
    A   [PATCH 2/2] mm: two | @ANN
  `);
});

test('a second message with the same Message-ID takes no part in series', () => {
  const { A } = seriesAsDrawn(`
    A [PATCH 1/2] mm: one   | <one@list>
    - [PATCH 2/2] mm: other | <one@list>
    A   [PATCH 2/2] mm: two
  `);
  assert.equal(A?.isComplete, true);
});

test('patches without dates are joined by references, and not without', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one | undated
    A   [PATCH 2/2] mm: two | undated
    B [PATCH 1/2] fs: one | undated
    C [PATCH 2/2] fs: two | undated
  `);
});

test('patches that refer to each other are one posting', () => {
  seriesAsDrawn(`
    A [PATCH 1/2] mm: one | <one@list> also <two@list>
    A [PATCH 2/2] mm: two | <two@list> also <one@list>
  `);
});
