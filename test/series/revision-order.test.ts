import { test } from 'node:test';
import assert from 'node:assert/strict';
import { maxSeriesPerKey, revisionKeys } from '../../src/series/revision-keys.ts';
import { predecessorOf } from '../../src/series/revision-predecessor.ts';
import type { RevisionSeries } from '../../src/series/revision-series.ts';
import { idOf, posting, predecessors } from './revision-scene.ts';

/** Derives anew, for each series that comes, only those that share a key with it, as the database does. */
function arriveOneByOne(order: readonly RevisionSeries[]): Map<string, string> {
  const sharers = new Map<string, Set<RevisionSeries>>();
  const results = new Map<string, string>();
  for (const series of order) {
    const affected = new Set([series]);
    for (const key of revisionKeys(series)) {
      const others = sharers.get(key) ?? new Set();
      if (others.size <= maxSeriesPerKey) for (const other of others) affected.add(other);
      sharers.set(key, others.add(series));
    }
    for (const one of affected) results.set(one.key, resultOf(one, candidatesOf(one, sharers)));
  }
  return results;
}

function candidatesOf(
  series: RevisionSeries,
  sharers: ReadonlyMap<string, ReadonlySet<RevisionSeries>>,
): Set<RevisionSeries> {
  const groups = revisionKeys(series).map((key) => sharers.get(key)!);
  return new Set(
    groups.filter(({ size }) => size <= maxSeriesPerKey).flatMap((group) => [...group]),
  );
}

function resultOf(series: RevisionSeries, candidates: Iterable<RevisionSeries>): string {
  const found = predecessorOf(series, candidates);
  return JSON.stringify(found === null ? null : { ...found, series: found.series.key });
}

function wholeResult(series: readonly RevisionSeries[]): Map<string, string> {
  const entries = [...predecessors(series)].map(([one, found]): [string, string] => [
    one.key,
    JSON.stringify(found === null ? null : { ...found, series: found.series.key }),
  ]);
  return new Map(entries);
}

function* permutations<T>(values: readonly T[]): Generator<T[]> {
  if (values.length === 0) yield [];
  for (const [index, value] of values.entries()) {
    const rest = [...values.slice(0, index), ...values.slice(index + 1)];
    for (const permutation of permutations(rest)) yield [value, ...permutation];
  }
}

const whole = (name: string, version: string, day: number): RevisionSeries =>
  posting(name, [`[${version}1/3] mm: a`, `[${version}2/3] mm: b`, `[${version}3/3] mm: c`], {
    day,
  });

const scenes: Record<string, RevisionSeries[]> = {
  'versions, a resend and another topic': [
    posting('v1', ['[PATCH] mm: fix']),
    posting('again', ['[PATCH RESEND] mm: fix'], { day: 2 }),
    posting('v2', ['[PATCH v2] mm: fix'], { day: 3 }),
    posting('v3', ['[PATCH v3] mm: fix it well'], {
      day: 4,
      answers: { 1: [idOf('v2', 1)] },
      paths: { 1: ['mm: fix'] },
    }),
    posting('net', ['[PATCH v2] net: fix'], { day: 3 }),
  ],
  'parts of parts': [
    whole('v1', '', 1),
    posting('v2', ['[v2,2/3] mm: b'], { day: 2, answers: { 2: [idOf('v1', 2)] } }),
    posting('v3', ['[v3,3/3] mm: c'], { day: 3, answers: { 3: [idOf('v1', 3)] } }),
    posting('v3.1', ['[v3.1,3/3] mm: c'], { day: 4, answers: { 3: [idOf('v3', 3)] } }),
    whole('v4', 'v4,', 5),
  ],
  'change-id and Supersedes': [
    posting('a', ['[PATCH] mm: fix'], { changeIds: ['c1'] }),
    posting('b', ['[PATCH v2] other words'], {
      day: 2,
      changeIds: ['c1'],
      submitter: 'b@example.com',
    }),
    posting('c', ['[PATCH v2] more words'], { day: 3, supersedes: [idOf('a', 1)] }),
    posting('d', ['[PATCH v3] other words'], { day: 4, submitter: 'b@example.com' }),
    posting('e', ['[PATCH v3] more words'], { day: 5, supersedes: [idOf('b', 1)] }),
  ],
};

for (const [name, series] of Object.entries(scenes)) {
  test(`every order of arrival gives the same predecessors: ${name}`, () => {
    const expected = wholeResult(series);
    let orderCount = 0;
    for (const order of permutations(series)) {
      orderCount += 1;
      const results = arriveOneByOne(order);
      for (const [key, result] of expected) assert.equal(results.get(key), result, key);
    }
    assert.equal(orderCount, 120);
  });
}

test('a title that more than 64 series have names no topic, in any order', () => {
  const many = Array.from({ length: maxSeriesPerKey + 1 }, (_, index) =>
    posting(`p${index}`, [`[PATCH v${index + 1}] fix typo`], { day: 1 + (index % 28) }),
  );
  const expected = wholeResult(many);
  assert.ok([...expected.values()].every((result) => result === 'null'));
  for (const order of [many, many.toReversed()]) {
    const results = arriveOneByOne(order);
    for (const [key, result] of expected) assert.equal(results.get(key), result);
  }
  assert.ok([...wholeResult(many.slice(1)).values()].some((result) => result !== 'null'));
});
