import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWriteScene, toldEvents } from './write-scene.ts';

test('a maintainer changes a patch by JSON, and the feed says what is another than before', async (context) => {
  const scene = await openWriteScene(context);
  const path = `/api/1.3/patches/${scene.id('p1')}/`;
  const maintainer = scene.userIds.get('maintainer');
  const delegate = scene.userIds.get('delegate');
  const changed = await scene.send('maintainer', 'PATCH', path, {
    json: { state: 'under-review', archived: true, commit_ref: 'abc', delegate: maintainer },
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.equal(changed.body.state, 'under-review');
  assert.equal(changed.body.archived, true);
  assert.equal(changed.body.commit_ref, 'abc');
  assert.equal(changed.body.delegate.username, 'maintainer');
  const again = await scene.send('maintainer', 'PATCH', path, { json: { state: 'under-review' } });
  assert.equal(again.status, 200);
  assert.deepEqual(await toldEvents(scene), [
    {
      category: 'patch-state-changed',
      actor: 'maintainer',
      details: { previous_state: 'new', current_state: 'under-review' },
    },
    {
      category: 'patch-delegated',
      actor: 'maintainer',
      details: { previous_delegate: delegate, current_delegate: maintainer },
    },
  ]);
});

test('a form does the same, as git-pw and b4 send one', async (context) => {
  const scene = await openWriteScene(context);
  const path = `/api/1.2/patches/${scene.id('p1')}/`;
  const changed = await scene.send('delegate', 'PATCH', path, {
    form: [
      ['commit_ref', 'abc'],
      ['archived', 'False'],
      ['delegate', ''],
      ['state', 'rejected'],
      ['state', 'Accepted'],
    ],
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  const { commit_ref: commitRef, archived, delegate, state } = changed.body;
  assert.deepEqual([commitRef, archived, delegate, state], ['abc', false, null, 'accepted']);
  const refused = await scene.send('delegate', 'PATCH', path, { form: [['state', 'new']] });
  assert.equal(refused.status, 403, 'they are the delegate no longer');
});

test('fields that cannot be written are ignored; PUT needs the delegate', async (context) => {
  const scene = await openWriteScene(context);
  const path = `/api/patches/${scene.id('p2')}/`;
  const ignored = await scene.send('maintainer', 'PATCH', path, { json: { name: 'x', hash: 1 } });
  assert.equal(ignored.status, 200);
  assert.equal(ignored.body.name, '[2/2] gauge: two');
  const put = await scene.send('maintainer', 'PUT', path, { json: { state: 'accepted' } });
  assert.deepEqual([put.status, put.body], [400, { delegate: ['This field is required.'] }]);
  const whole = { json: { state: 'accepted', delegate: null } };
  assert.equal((await scene.send('maintainer', 'PUT', path, whole)).status, 200);
});

test('who may edit a pull request says where it is now', async (context) => {
  const scene = await openWriteScene(context);
  const path = `/api/patches/${scene.id('p2')}/`;
  const json = { pull_url: 'git://brook.example/x tags/y' };
  const moved = await scene.send('maintainer', 'PATCH', path, { json });
  assert.equal(moved.body.pull_url, 'git://brook.example/x tags/y');
  const back = await scene.send('maintainer', 'PATCH', path, { json: { pull_url: null } });
  assert.equal(back.body.pull_url, null);
});

test('of many who set a state at once, each is told what the one before set', async (context) => {
  const scene = await openWriteScene(context);
  const path = `/api/patches/${scene.id('p2')}/`;
  const states = ['under-review', 'accepted', 'rejected', 'rfc', 'deferred', 'superseded'];
  const answers = await Promise.all(
    states.map((state) => scene.send('maintainer', 'PATCH', path, { json: { state } })),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  const { rows } = await scene.database.query<{ details: Record<string, string> }>(
    `SELECT details FROM patchloom.event WHERE category = 'patch-state-changed' ORDER BY seq`,
  );
  const chain = rows.map(({ details }) => details['current_state']);
  assert.deepEqual(
    rows.map(({ details }) => details['previous_state']),
    ['new', ...chain.slice(0, -1)],
  );
  assert.deepEqual(new Set(chain), new Set(states));
});

test('a relation grows, is left by a patch alone, and ends with its last but one', async (context) => {
  const scene = await openWriteScene(context);
  const relate = async (id: string, related: readonly string[]) =>
    scene.send('maintainer', 'PATCH', `/api/patches/${scene.id(id)}/`, {
      json: { related: related.map((each) => scene.id(each)) },
    });
  const relatedOf = async (id: string): Promise<number[]> =>
    (await scene.ask(`/api/patches/${scene.id(id)}/`)).related.map(
      (other: { id: number }) => other.id,
    );
  assert.equal((await relate('p1', ['p2'])).status, 200);
  assert.deepEqual(await relatedOf('p2'), [scene.id('p1')]);
  assert.equal((await relate('p2', ['p3'])).status, 200);
  assert.deepEqual(await relatedOf('p1'), [scene.id('p2'), scene.id('p3')]);
  await relate('p3', []);
  assert.deepEqual(await relatedOf('p1'), [scene.id('p2')]);
  assert.equal((await relate('p3', ['p4'])).status, 200);
  const conflict = await relate('p1', ['p4']);
  assert.equal(conflict.status, 409);
  assert.match(conflict.body.detail, /^At least one patch is already part of another relation/);
  await relate('p4', []);
  assert.deepEqual(await relatedOf('p3'), []);
  const { rows } = await scene.database.query('SELECT count(*)::int FROM patchloom.patch_relation');
  assert.deepEqual(rows, [{ count: 1 }]);
  const told = await toldEvents(scene);
  assert.equal(told.length, 2 + 1 + 1 + 2 + 2);
  assert.deepEqual(told[0], {
    category: 'patch-relation-changed',
    actor: 'maintainer',
    details: { previous_relation: null, current_relation: null },
  });
});

test('patches are related by those who maintain all their lists, and not before version 1.2', async (context) => {
  const scene = await openWriteScene(context);
  const json = { related: [scene.id('o1')] };
  const path = `patches/${scene.id('p1')}/`;
  for (const who of ['maintainer', 'submitter', 'elsewhere'] as const) {
    assert.equal((await scene.send(who, 'PATCH', `/api/${path}`, { json })).status, 403, who);
  }
  assert.equal((await scene.send('maintainer', 'PATCH', `/api/1.1/${path}`, { json })).status, 200);
  assert.deepEqual((await scene.ask(`/api/${path}`)).related, []);
  assert.equal((await scene.send('superuser', 'PATCH', `/api/${path}`, { json })).status, 200);
  const last = await scene.send('maintainer', 'PATCH', `/api/${path}`, { json: { related: [] } });
  assert.equal(last.status, 403, 'the other patch is not theirs');
});

test('a user who was deactivated, and a wrong token, may do nothing', async (context) => {
  const scene = await openWriteScene(context);
  const path = `/api/patches/${scene.id('p1')}/`;
  await scene.database.query(
    `UPDATE patchloom.app_user SET is_active = false WHERE username = 'maintainer'`,
  );
  const gone = await scene.send('maintainer', 'PATCH', path, { json: { state: 'rfc' } });
  assert.deepEqual([gone.status, gone.body], [403, { detail: 'User inactive or deleted.' }]);
});
