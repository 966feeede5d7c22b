import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillWithPatches } from '../../bench/generated-patches/fill-database.ts';
import { openApi } from '../support/api-scene.ts';
import type { AnyAnswer, ApiScene } from '../support/api-scene.ts';

const filters = [
  '',
  'project=list1',
  'project=list1&project=list3',
  'state=new&state=accepted',
  'state=new&state=superseded&archived=false&project=list1',
  'state=accepted&archived=true',
  'archived=true',
  'archived=false&project=list2&project=list1',
  'project=list4&state=deferred',
];

/** All that the pages of a list hold. */
async function pagesOf(api: ApiScene, query: string): Promise<AnyAnswer[]> {
  const rows: AnyAnswer[] = [];
  for (let number = 1; ; number += 1) {
    const page = await api.ask<AnyAnswer[]>(`/api/patches/?per_page=37&page=${number}&${query}`);
    rows.push(...page);
    if (page.length < 37) return rows;
  }
}

function letsThrough(query: string, patch: AnyAnswer): boolean {
  const wanted = new URLSearchParams(query);
  const [lists, states] = [wanted.getAll('project'), wanted.getAll('state')];
  const archived = wanted.get('archived');
  return (
    (lists.length === 0 || lists.includes(patch.project.link_name)) &&
    (states.length === 0 || states.includes(patch.state)) &&
    (archived === null || String(patch.archived) === archived)
  );
}

const isBefore = {
  id: (a: AnyAnswer, b: AnyAnswer): number => a.id - b.id,
  '-id': (a: AnyAnswer, b: AnyAnswer): number => b.id - a.id,
  date: (a: AnyAnswer, b: AnyAnswer): number => a.date.localeCompare(b.date) || a.id - b.id,
  '-date': (a: AnyAnswer, b: AnyAnswer): number => b.date.localeCompare(a.date) || b.id - a.id,
};

test('pages of patches by list, state and archived have all of them once, in order', async (context) => {
  const api = await openApi(context);
  await fillWithPatches(api.database, 400);
  // The order of dates is to be another than that of ids, with some the same.
  await api.database.query(
    `UPDATE patchloom.patch SET date = '2020-01-01'::timestamptz + id % 7 * interval '1 day' WHERE id % 3 = 0`,
  );
  const all = await pagesOf(api, 'order=id');
  assert.equal(all.length, 400);
  for (const filter of filters) {
    const wanted = all.filter((patch) => letsThrough(filter, patch));
    for (const [order, compare] of Object.entries(isBefore)) {
      const expected = wanted.toSorted(compare).map(({ id }) => id);
      const found = await pagesOf(api, `${filter}&order=${order}`);
      assert.deepEqual(
        found.map(({ id }) => id),
        expected,
        `${filter}, ${order}`,
      );
    }
  }
});

test('all words of a long search count, in any order', async (context) => {
  const api = await openApi(context);
  await fillWithPatches(api.database, 100);
  const [{ id, name }] = await api.ask<AnyAnswer[]>('/api/series/?per_page=1');
  const words: string[] = name.split(' ').toReversed();
  const found = async (some: readonly string[]): Promise<AnyAnswer[]> =>
    api.ask(`/api/series/?q=${encodeURIComponent(some.join(' '))}`);
  const hits = await found(words);
  assert.deepEqual(
    hits.map((series) => series.id),
    [id],
  );
  assert.deepEqual(await found([...words, 'qq']), []);
});
