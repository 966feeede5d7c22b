import { test } from 'node:test';
import assert from 'node:assert/strict';
import { revisionPatches } from '../../src/series/revision-patches.ts';
import type { RevisionLink, RevisionPatch } from '../../src/series/revision-patches.ts';
import type { Predecessor } from '../../src/series/revision-predecessor.ts';
import type { RevisionSeries } from '../../src/series/revision-series.ts';
import { histories, idOf, posting, predecessors } from './revision-scene.ts';

const v1 = posting('v1', ['[PATCH 1/3] mm: a', '[PATCH 2/3] mm: b', '[PATCH 3/3] mm: c']);

const part = (name: string, subject: string, answered: string, day: number): RevisionSeries => {
  const number = Number(/([0-9]+)\/3/.exec(subject)?.[1] ?? 1);
  return posting(name, [subject], { answers: { [number]: [answered] }, day });
};

/** "1 v1.1 =" for each patch: number, message, change; carried ones in brackets. */
function patchesOf(series: RevisionSeries, all: readonly RevisionSeries[]): string[] {
  const found = predecessors(all);
  const chain: RevisionLink[] = [];
  for (let next: RevisionSeries | null = series; next !== null;) {
    const predecessor: Predecessor | null = found.get(next) ?? null;
    chain.push({ series: next, kind: predecessor?.kind ?? null });
    next = predecessor?.series ?? null;
  }
  return revisionPatches(chain).map(patchText);
}

function nameOf(id: string | null): string {
  return id?.slice(1, id.indexOf('@')) ?? '-';
}

function patchText({ number, messageId, pairsWith, change, carried }: RevisionPatch): string {
  const text = `${number} ${nameOf(pairsWith)} ${change} ${nameOf(messageId)}`;
  return carried ? `(${text})` : text;
}

test('a patch sent in reply to its number replaces it, and the others are carried over', () => {
  const v2 = part('v2', '[PATCH v2 2/3] mm: b', idOf('v1', 2), 2);
  assert.deepEqual(histories([v1, v2]), { v2: 'v1 partial' });
  assert.deepEqual(patchesOf(v2, [v1, v2]), [
    '(1 v1.1 = v1.1)',
    '2 v1.2 ! v2.2',
    '(3 v1.3 = v1.3)',
  ]);
});

test('a dotted version replaces patches of the whole one', () => {
  const v5 = posting('v5', [
    '[PATCH v5 1/3] mm: a',
    '[PATCH v5 2/3] mm: b',
    '[PATCH v5 3/3] mm: c',
  ]);
  const dotted = part('v5.1', '[PATCH v5.1 3/3] mm: c, better', idOf('v5', 1), 2);
  assert.deepEqual(histories([v1, v5, dotted]), { v5: 'v1 revision', 'v5.1': 'v5 partial' });
  assert.equal(patchesOf(dotted, [v5, dotted])[2], '3 v5.3 ! v5.1.3');
});

test('parts of parts compose, also when each answers the first posting', () => {
  const v2 = part('v2', '[PATCH v2 2/3] mm: b', idOf('v1', 2), 2);
  const v3 = part('v3', '[PATCH v3 3/3] mm: c', idOf('v1', 3), 3);
  const all = [v1, v2, v3];
  assert.deepEqual(histories(all), { v2: 'v1 partial', v3: 'v2 partial' });
  assert.deepEqual(patchesOf(v3, all), ['(1 v1.1 = v1.1)', '(2 v2.2 = v2.2)', '3 v1.3 ! v3.3']);
});

test('a whole version after a part is compared with what the part amounts to', () => {
  const v2 = part('v2', '[PATCH v2 2/3] mm: b', idOf('v1', 2), 2);
  const subjects = ['[PATCH v3 1/3] mm: a', '[PATCH v3 2/3] mm: b', '[PATCH v3 3/3] mm: d'];
  const v3 = posting('v3', subjects, { day: 4, changes: { 1: 'v1 1', 2: 'v2 2' } });
  assert.equal(histories([v1, v2, v3])['v3'], 'v2 revision');
  assert.deepEqual(patchesOf(v3, [v1, v2, v3]), [
    '1 v1.1 = v3.1',
    '2 v2.2 = v3.2',
    '3 - > v3.3',
    '3 v1.3 < -',
  ]);
});

test('a patch without a number that answers a patch of a series replaces that one', () => {
  const v2 = posting('v2', ['[PATCH v2] mm: b'], { answers: { 1: [idOf('v1', 2)] }, day: 2 });
  assert.deepEqual(histories([v1, v2]), { v2: 'v1 partial' });
  assert.deepEqual(patchesOf(v2, [v1, v2]), [
    '(1 v1.1 = v1.1)',
    '2 v1.2 ! v2.1',
    '(3 v1.3 = v1.3)',
  ]);
});

test('an incomplete version that answers no patch of its number only lacks the rest', () => {
  const v2 = posting('v2', ['[PATCH v2 1/3] mm: a', '[PATCH v2 2/3] mm: b'], { day: 2 });
  assert.deepEqual(histories([v1, v2]), { v2: 'v1 revision' });
  assert.deepEqual(patchesOf(v2, [v1, v2]), ['1 v1.1 ! v2.1', '2 v1.2 ! v2.2']);
});

test('a part of another total is no part of the series', () => {
  const v2 = posting('v2', ['[PATCH v2 2/4] mm: b'], { answers: { 2: [idOf('v1', 2)] }, day: 2 });
  assert.deepEqual(histories([v1, v2]), { v2: 'v1 revision' });
});

test('patches pair by patch-id, then by title, then by number and files', () => {
  const subjects = [
    '[PATCH v2 1/3] mm: moved',
    '[PATCH v2 2/3] mm: a',
    '[PATCH v2 3/3] mm: new title',
  ];
  const options = { day: 2, changes: { 1: 'v1 2' }, paths: { 3: ['mm: c'] } };
  const v2 = posting('v2', subjects, options);
  assert.deepEqual(patchesOf(v2, [v1, v2]), ['1 v1.2 = v2.1', '2 v1.1 ! v2.2', '3 v1.3 ! v2.3']);
});
