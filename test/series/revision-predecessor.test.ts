import { test } from 'node:test';
import assert from 'node:assert/strict';
import { histories, idOf, posting, predecessors } from './revision-scene.ts';

const v1 = posting('v1', [
  '[PATCH 0/2] mm: fix leaks',
  '[PATCH 1/2] mm: free a',
  '[PATCH 2/2] mm: free b',
]);

function v2With(cover: string, first: string, options = {}) {
  const subjects = [`[PATCH v2 0/2] ${cover}`, `[PATCH v2 1/2] ${first}`, '[PATCH v2 2/2] mm: c'];
  return posting('v2', subjects, { day: 5, ...options });
}

test('a new version with the title of the old one is its revision', () => {
  assert.deepEqual(histories([v1, v2With('mm: fix leaks', 'mm: x')]), { v2: 'v1 revision' });
});

test('a title counts without regard to case, white space and full stop', () => {
  const v2 = v2With('MM :  Fix leaks.', 'mm: x');
  assert.deepEqual(histories([v1, v2]), { v2: 'v1 revision' });
});

test('another topic of the same submitter is not joined, however near in time', () => {
  assert.deepEqual(histories([v1, v2With('net: fix leaks', 'net: x', { day: 1 })]), {});
});

test('the same title by somebody else is another topic', () => {
  const v2 = v2With('mm: fix leaks', 'mm: free a', { submitter: 'b@example.com' });
  assert.deepEqual(histories([v1, v2]), {});
});

test('people who share the rewritten address of their list are told apart by name', () => {
  const address = { submitter: 'list@example.com' };
  const old = posting('v1', ['[PATCH] fix typo'], { ...address, submitterName: 'A' });
  const others = posting('v2', ['[PATCH v2] fix typo'], { ...address, submitterName: 'B', day: 2 });
  const own = posting('v3', ['[PATCH v3] fix typo'], { ...address, submitterName: 'A', day: 3 });
  assert.deepEqual(histories([old, others, own]), { v3: 'v1 revision' });
});

test('without an address nobody is the same submitter', () => {
  const nobody = { submitter: null };
  const old = posting('v1', ['[PATCH] fix typo'], nobody);
  assert.deepEqual(histories([old, posting('v2', ['[PATCH v2] fix typo'], nobody)]), {});
});

test('a change-id names the predecessor, whoever sends and whatever the title is', () => {
  const options = { changeIds: ['20200101-leaks-abcdef'], submitter: 'b@example.com', day: 2 };
  const old = posting('old', ['[PATCH] mm: fix'], { changeIds: ['20200101-leaks-abcdef'] });
  const next = posting('new', ['[PATCH v2] mm: do it another way'], options);
  assert.deepEqual(histories([old, next]), { new: 'old revision' });
});

test('one change-id among many does not name the whole series', () => {
  const old = posting('old', ['[PATCH] mm: fix'], { changeIds: ['I1'] });
  const options = { changeIds: ['I1', 'I2', 'I3'], submitter: 'b@example.com', day: 2 };
  assert.deepEqual(histories([old, posting('new', ['[PATCH v2] stable queue'], options)]), {});
});

test('Supersedes names the predecessor by any of its messages', () => {
  const v2 = v2With('another title', 'x', {
    supersedes: [idOf('v1', 2)],
    submitter: 'b@example.com',
  });
  assert.deepEqual(histories([v1, v2]), { v2: 'v1 revision' });
});

test('Supersedes outweighs a nearer version', () => {
  const v2 = v2With('mm: fix leaks', 'mm: free a');
  const v3 = posting('v3', ['[PATCH v3] mm: fix leaks'], { supersedes: [idOf('v1', 0)], day: 9 });
  assert.equal(histories([v1, v2, v3])['v3'], 'v1 revision');
});

test('half of the patches are enough under a new title', () => {
  assert.deepEqual(histories([v1, v2With('another title', 'mm: free a')]), { v2: 'v1 revision' });
});

test('one patch of many that was in another series is not enough', () => {
  const subjects = [1, 2, 3, 4, 5].map((n) => `[PATCH v2 ${n}/5] arm: ${n}`);
  const v2 = posting('v2', [...subjects.slice(0, 4), '[PATCH v2 5/5] mm: free a'], { day: 3 });
  assert.deepEqual(histories([v1, v2]), {});
});

test('a reply under a new title is a revision when it touches a common file', () => {
  const reply = { answers: { 1: [idOf('old', 1)] }, day: 2 };
  const old = posting('old', ['[PATCH] mm: fix'], { paths: { 1: ['mm.c'] } });
  const next = posting('new', ['[PATCH v2] mm: rework'], { ...reply, paths: { 1: ['mm.c'] } });
  assert.deepEqual(histories([old, next]), { new: 'old revision' });
  const other = posting('new', ['[PATCH v2] net: rework'], { ...reply, paths: { 1: ['net.c'] } });
  assert.deepEqual(histories([old, other]), {});
});

test('the same version in reply, for something else, is no revision', () => {
  const old = posting('old', ['[PATCH] mm: fix'], { paths: { 1: ['mm.c'] } });
  const options = { answers: { 1: [idOf('old', 1)] }, day: 2, paths: { 1: ['mm.c'] } };
  assert.deepEqual(histories([old, posting('new', ['[PATCH] mm: tidy up'], options)]), {});
});

test('the nearest version counts, and of one version the latest', () => {
  const again = posting(
    'again',
    [
      '[PATCH RESEND 0/2] mm: fix leaks',
      '[PATCH RESEND 1/2] mm: free a',
      '[PATCH RESEND 2/2] mm: free b',
    ],
    { day: 2, changes: { 1: 'v1 1', 2: 'v1 2' } },
  );
  const v2 = v2With('mm: fix leaks', 'mm: free a');
  const v4 = posting('v4', ['[PATCH v4] mm: fix leaks'], { day: 9 });
  assert.deepEqual(histories([v1, again, v2, v4]), {
    again: 'v1 resend',
    v2: 'again revision',
    v4: 'v2 revision',
  });
});

test('a posting with an equal title that came later is no predecessor', () => {
  const v2 = posting('v2', ['[PATCH v2] mm: fix leaks'], { day: 3 });
  const late = posting('late', ['[PATCH] mm: fix leaks'], { day: 20 });
  assert.deepEqual(histories([late, v2]), {});
});

test('patches follow the request for comments of the same version', () => {
  const rfc = posting('rfc', ['[RFC PATCH] mm: fix'], { paths: { 1: ['other.c'] } });
  const patch = posting('patch', ['[PATCH] mm: fix'], { day: 2 });
  assert.deepEqual(histories([rfc, patch]), { patch: 'rfc revision' });
});

test('a version that is glued to a word counts', () => {
  const old = posting('old', ['[PATCH] mm: fix']);
  const next = posting('new', ['[PATCHv2] mm: fix'], { day: 2, paths: { 1: ['other.c'] } });
  assert.deepEqual(histories([old, next]), { new: 'old revision' });
});

test('the same title again without a version is a resend only for the same files', () => {
  const old = posting('old', ['[PATCH] fix typo'], { paths: { 1: ['a.c'] } });
  const same = posting('same', ['[PATCH] fix typo'], { day: 2, paths: { 1: ['a.c'] } });
  assert.deepEqual(histories([old, same]), { same: 'old resend' });
  const other = posting('other', ['[PATCH] fix typo'], { day: 2, paths: { 1: ['b.c'] } });
  assert.deepEqual(histories([old, other]), {});
});

test('pull requests repeat their title for new content', () => {
  const old = posting('old', ['[GIT PULL] arm fixes'], { paths: { 1: ['a.c'] } });
  const next = posting('new', ['[GIT PULL] arm fixes'], { day: 9, paths: { 1: ['a.c'] } });
  assert.deepEqual(histories([old, next]), {});
});

test('a cover letter and the patch without a number below it are no revisions of each other', () => {
  const cover = posting('cover', ['[PATCH 0/1] mm: fix']);
  const patch = posting('patch', ['[PATCH] mm: fix'], { answers: { 1: [idOf('cover', 0)] } });
  assert.deepEqual(histories([cover, patch]), {});
});

test('the score says how much speaks for a predecessor', () => {
  const v2 = v2With('mm: fix leaks', 'mm: free a', { answers: { 0: [idOf('v1', 0)] } });
  const found = predecessors([v1, v2]).get(v2);
  assert.deepEqual(found?.evidence, [
    { kind: 'reference', value: idOf('v1', 0) },
    { kind: 'title', value: 'mm: fix leaks' },
    { kind: 'patches', matching: 1, identical: 0, of: 2, before: 2 },
  ]);
  assert.equal(found?.score, 0.92);
});
