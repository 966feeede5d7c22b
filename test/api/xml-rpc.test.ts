import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordHash } from '../../src/api/password.ts';
import { setPasswordHash } from '../../src/store/users.ts';
import { openWriteScene, toldEvents } from './write-scene.ts';
import type { WriteScene } from './write-scene.ts';
import { call, SaidFault } from './xml-rpc-client.ts';
import type { Said } from './xml-rpc-client.ts';

function idsOf(rows: Said): number[] {
  return rows.map((row: { id: number }) => row.id);
}

test('projects, people and states are listed and found as pwclient asks for them', async (context) => {
  const scene = await openWriteScene(context);
  assert.deepEqual(await call(scene, 'pw_rpc_version', []), [1, 3, 0]);
  const [project] = await call(scene, 'project_list', ['brook', 0]);
  assert.deepEqual(project, { id: project.id, linkname: 'brook-devel', name: 'brook-devel' });
  assert.deepEqual(await call(scene, 'project_get', [project.id]), project);
  assert.deepEqual(await call(scene, 'project_get', [999]), {});
  const people = await call(scene, 'person_list', ['ADA@', 0]);
  assert.equal(people.length, 1);
  assert.deepEqual([people[0].name, people[0].user], ['Ada Brook', 'submitter']);
  assert.deepEqual(await call(scene, 'person_get', [people[0].id]), people[0]);
  assert.deepEqual(
    (await call(scene, 'state_list', ['', 2])).map((s: Said) => s.name),
    ['New', 'Under Review'],
  );
  assert.deepEqual(
    (await call(scene, 'state_list', ['', -1])).map((s: Said) => s.name),
    ['Deferred'],
  );
  assert.deepEqual(await call(scene, 'state_get', [3]), { id: 3, name: 'Accepted' });
});

test('a patch is found by number and by hash; of two with one hash the newest', async (context) => {
  const scene = await openWriteScene(context);
  const patch = await call(scene, 'patch_get', [scene.id('p1')]);
  const rest = await scene.ask(`/api/patches/${scene.id('p1')}/`);
  assert.deepEqual(patch, {
    id: scene.id('p1'),
    date: '2026-03-02 09:00:00',
    filename: '1-2-gauge-one.patch',
    msgid: '<p1@brook.example>',
    name: '[1/2] gauge: one',
    project: 'brook-devel',
    project_id: rest.project.id,
    state: 'New',
    state_id: 1,
    archived: false,
    submitter: 'Ada Brook <ada@brook.example>',
    submitter_id: rest.submitter.id,
    delegate: 'delegate',
    delegate_id: scene.userIds.get('delegate'),
    commit_ref: '',
    hash: rest.hash,
  });
  assert.deepEqual(await call(scene, 'patch_get', [999_999]), {});
  assert.deepEqual(await call(scene, 'patch_get_by_hash', [rest.hash]), patch);
  const ofProject = (project: string): Promise<Said> =>
    call(scene, 'patch_get_by_project_hash', [project, rest.hash]);
  assert.deepEqual(await ofProject('brook-devel'), patch);
  assert.deepEqual(await ofProject('mill'), {});
  assert.deepEqual(await call(scene, 'patch_get_by_hash', ['zz']), {});
  await scene.database.query(
    `UPDATE patchloom.message SET patchwork_hash = decode($1, 'hex') WHERE public_id = $2`,
    [rest.hash, scene.id('p4')],
  );
  assert.equal((await call(scene, 'patch_get_by_hash', [rest.hash])).id, scene.id('p4'));
});

const lists: readonly [string, (scene: WriteScene) => object, readonly string[]][] = [
  ['everything', () => ({}), ['p1', 'p2', 'p3', 'p4', 'o1']],
  ['the first two', () => ({ max_count: 2 }), ['p1', 'p2']],
  ['the last one', () => ({ max_count: -1 }), ['p4']],
  ['a state', () => ({ state_id: 1, archived: false, id: 0 }), []],
  ['a part of the name', () => ({ name__icontains: 'GAUGE: T' }), ['p2', 'p3']],
  ['several', (scene) => ({ id__in: [scene.id('p1'), scene.id('p3')] }), ['p1', 'p3']],
  ['a delegate, by user', (scene) => ({ delegate_id: scene.userIds.get('delegate') }), ['p1']],
  ['nobody', () => ({ delegate_id__isnull: true, name__startswith: '[' }), ['p2']],
  ['a time', () => ({ date__gte: '2026-03-02 17:00:00' }), ['p3', 'p4']],
  ['a range', () => ({ date__range: ['2026-03-02 17:00', '2026-03-02 18:00'] }), ['p3']],
  ['a message-id', () => ({ msgid: '<p2@brook.example>' }), ['p2']],
  ['a key that there is not', () => ({ nokey: 1 }), []],
  ['a lookup that there is not', () => ({ name__regex: '.*' }), []],
  ['a value that cannot be', () => ({ id: 'x' }), []],
  ['a number that no column holds', () => ({ id: 10 ** 14, state_id__gt: '9'.repeat(30) }), []],
];

test('patches are listed by filters; one that cannot be finds nothing', async (context) => {
  const scene = await openWriteScene(context);
  for (const [what, filterOf, expected] of lists) {
    const found = idsOf(await call(scene, 'patch_list', [filterOf(scene)]));
    const wanted = expected.map((name) => scene.id(name));
    assert.deepEqual(new Set(found), new Set(wanted), what);
  }
});

test('mbox and diff of a patch are those of the downloads', async (context) => {
  const scene = await openWriteScene(context);
  const rest = await scene.ask(`/api/patches/${scene.id('p1')}/`);
  const download = await scene.fetch(new URL(rest.mbox).pathname);
  assert.equal(await call(scene, 'patch_get_mbox', [scene.id('p1')]), await download.text());
  assert.equal(await call(scene, 'patch_get_diff', [scene.id('p1')]), rest.diff);
  assert.equal(await call(scene, 'patch_get_mbox', [999_999]), '');
});

test('who has a password sets a patch and makes a check, others get a fault', async (context) => {
  const scene = await openWriteScene(context);
  const { database, userIds } = scene;
  await setPasswordHash(database, userIds.get('maintainer')!, await passwordHash('brook'));
  await setPasswordHash(database, userIds.get('plain')!, await passwordHash('brook'));
  const id = scene.id('p1');
  const set = { state: 3, commit_ref: 'abc', archived: true };
  assert.equal(await call(scene, 'patch_set', [id, set], 'maintainer:brook'), true);
  const patch = await call(scene, 'patch_get', [id]);
  assert.deepEqual([patch.state, patch.commit_ref, patch.archived], ['Accepted', 'abc', true]);
  const check = [id, 'build', 'success', 'http://ci.example/1', 'all good'];
  assert.equal(await call(scene, 'check_create', check, 'maintainer:brook'), true);
  const { state, total, checks } = await call(scene, 'patch_check_get', [id]);
  assert.deepEqual(
    [state, total, checks[0].context, checks[0].user],
    ['success', 1, 'build', 'maintainer'],
  );
  assert.deepEqual(await call(scene, 'check_list', [{ patch_id: id }]), checks);
  assert.deepEqual(await call(scene, 'check_get', [checks[0].id]), checks[0]);
  assert.deepEqual(
    (await toldEvents(scene)).map((event) => (event as { category: string }).category),
    ['patch-state-changed', 'check-created'],
  );
  const refused: readonly [string, readonly unknown[], string | null, RegExp][] = [
    ['patch_set', [id, set], null, /credentials were not provided/],
    ['patch_set', [id, set], 'maintainer:mill', /Invalid username\/password/],
    ['patch_set', [id, set], 'plain:brook', /do not have permission/],
    ['patch_set', [999_999, set], 'maintainer:brook', /Not found/],
    ['patch_set', [id, { state: 99 }], 'maintainer:brook', /no state 99/],
    ['patch_set', [id, { archived: 'x' }], 'maintainer:brook', /valid boolean/],
    ['patch_set', ['x', set], 'maintainer:brook', /whole number/],
    ['check_create', [id, 'ci/x', 'success'], 'maintainer:brook', /slug/],
    ['check_create', [id, 'x', 'nosuch'], 'maintainer:brook', /not a valid choice/],
    ['check_create', [id, 'x', 'success'], 'plain:brook', /do not have permission/],
    ['no_such_method', [], null, /not supported/],
    ['patch_get', [], null, /whole number/],
  ];
  for (const [method, parameters, credentials, expected] of refused) {
    await assert.rejects(call(scene, method, parameters, credentials), (error) => {
      assert.ok(error instanceof SaidFault);
      assert.match(error.message, expected);
      return true;
    });
  }
});

test('what is no call is a fault, and GET is not answered', async (context) => {
  const scene = await openWriteScene(context);
  const post = async (body: string): Promise<string> =>
    (await scene.fetch('/xmlrpc/', { method: 'POST', body })).text();
  assert.match(await post('x'), /<fault>/);
  assert.match(await post(`<!DOCTYPE a [<!ENTITY b "c">]><methodCall/>`), /<fault>/);
  assert.equal((await scene.fetch('/xmlrpc/')).status, 404);
});
