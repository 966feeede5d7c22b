import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyAnswer } from '../support/api-scene.ts';
import { openWriteScene } from './write-scene.ts';
import type { WriteScene } from './write-scene.ts';

/** The page that pwclient asks for next: it splits the Link header at commas and wants `; rel="next"` as it stands. */
function nextPage(link: string | null): string | null {
  const next = (link ?? '').split(',').find((part) => part.trim().endsWith('; rel="next"'));
  return next === undefined ? null : (/[?&]page=([0-9]+)/.exec(next)?.[1] ?? null);
}

/** All rows of a list, page by page as pwclient reads them. */
async function allRows(scene: WriteScene, path: string): Promise<AnyAnswer[]> {
  const rows: AnyAnswer[] = [];
  for (let page: string | null = '1'; page !== null;) {
    const response = await scene.fetch(
      `/api/1.2${path}${path.includes('?') ? '&' : '?'}page=${page}`,
      { headers: { Authorization: `Token ${scene.tokens.get('maintainer')}` } },
    );
    assert.equal(response.status, 200, path);
    rows.push(...((await response.json()) as AnyAnswer[]));
    page = nextPage(response.headers.get('link'));
  }
  return rows;
}

function sortedTexts(
  rows: readonly AnyAnswer[],
  textOf: (row: AnyAnswer) => string,
): readonly string[] {
  return rows.map((row) => textOf(row)).toSorted((a, b) => (a < b ? -1 : 1));
}

test('pwclient over REST lists projects, people and patches, all pages of each filter that it has', async (context) => {
  const scene = await openWriteScene(context);
  const names = async (query: string): Promise<readonly string[]> =>
    sortedTexts(await allRows(scene, `/patches/?${query}&per_page=1`), (row) => row.name);
  const projects = await allRows(scene, '/projects/');
  assert.deepEqual(
    sortedTexts(projects, (row) => row.link_name),
    ['brook-devel', 'mill'],
  );
  const [project] = projects;
  assert.deepEqual(await scene.ask(`/api/1.2/projects/${project.id}/`), project);
  const people = await allRows(scene, '/people/?per_page=1');
  assert.deepEqual(
    sortedTexts(people, (row) => row.email),
    ['ada@brook.example', 'commenter@brook.example'],
  );
  const ofSeries = ['[1/2] gauge: one', '[2/2] gauge: two'];
  const ofBrook = [...ofSeries, 'gauge: four', 'gauge: three'];
  assert.deepEqual(await names('project=brook-devel'), ofBrook);
  assert.deepEqual(await names('project=brook-devel&state=new&archived=false'), ofBrook);
  assert.deepEqual(await names('state=accepted'), []);
  assert.deepEqual(await names('delegate=delegate'), ['[1/2] gauge: one']);
  assert.deepEqual(await names('submitter=ada@brook.example'), [...ofBrook, 'mill: wheel']);
  assert.deepEqual(await names('msgid=p3@brook.example'), ['gauge: three']);
  const patch = await scene.ask(`/api/1.2/patches/${scene.id('p2')}/`);
  assert.deepEqual(await names(`hash=${patch.hash}`), ['[2/2] gauge: two']);
  assert.deepEqual(await names(`series=${patch.series[0].id}`), ofSeries);
});

test('pwclient over REST downloads a patch under the name that it was sent with', async (context) => {
  const scene = await openWriteScene(context);
  const patch = await scene.ask(`/api/1.2/patches/${scene.id('p1')}/`);
  const response = await fetch(patch.mbox);
  const disposition = response.headers.get('content-disposition') ?? '';
  const fileName = /filename=(.+)/.exec(disposition)?.[1];
  // It cuts ".patch" off and puts its own ending on.
  assert.equal(fileName?.slice(0, -6), '1-2-gauge-one');
  const mbox = await response.text();
  assert.match(mbox, /^From patchwork /);
  assert.ok(mbox.includes(patch.diff));
});

test('pwclient over REST updates a patch and adds a check, and reads both and the events back', async (context) => {
  const scene = await openWriteScene(context);
  const path = `/api/1.2/patches/${scene.id('p1')}/`;
  const form = [
    ['state', 'accepted'],
    ['commit_ref', 'c0ffee'],
    ['archived', 'True'],
  ] as const;
  assert.equal((await scene.send('maintainer', 'PATCH', path, { form })).status, 200);
  const patch = await scene.ask(path);
  assert.deepEqual([patch.state, patch.commit_ref, patch.archived], ['accepted', 'c0ffee', true]);
  const check = { context: 'build', state: 'success', target_url: '', description: 'built' };
  const added = await scene.send('maintainer', 'POST', `${path}checks/`, {
    form: Object.entries(check),
  });
  assert.equal(added.status, 201);
  const [listed] = await allRows(scene, `/patches/${scene.id('p1')}/checks/?user=maintainer`);
  assert.deepEqual(listed, added.body);
  assert.deepEqual(await scene.ask(`${path}checks/${listed.id}/`), listed);
  assert.deepEqual(
    [listed.context, listed.state, listed.description, listed.user.username],
    ['build', 'success', 'built', 'maintainer'],
  );
  const events = await allRows(
    scene,
    '/events/?project=brook-devel&category=series-completed&since=2026-01-01T00:00:00',
  );
  const names = sortedTexts(events, (row) => row.payload.series.name);
  assert.deepEqual(names, ['gauge: depth', 'gauge: four', 'gauge: three']);
});
