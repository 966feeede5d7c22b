import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWriteScene, toldEvents } from './write-scene.ts';

test('a check is answered with its address, and the patch has the gravest of the newest', async (context) => {
  const scene = await openWriteScene(context);
  const patch = `/api/1.3/patches/${scene.id('p1')}/`;
  const checkOf = async (): Promise<string> => (await scene.ask(patch)).check;
  const post = async (who: 'maintainer' | 'delegate', check: object) =>
    scene.send(who, 'POST', `${patch}checks/`, { json: check });
  const made = await post('maintainer', {
    state: 'success',
    target_url: 'http://ci.example.com/1',
    context: 'build',
    description: 'ok',
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { id, url, user, date, ...said } = made.body;
  assert.equal(made.headers.get('location'), url);
  assert.equal(url, `${scene.site}${patch}checks/${id}/`);
  assert.equal(user.username, 'maintainer');
  assert.match(date, /^[0-9-]{10}T[0-9:]{8}\.[0-9]{1,6}$/);
  const names = 'id url user date state target_url context description';
  assert.deepEqual(Object.keys(made.body), names.split(' '));
  assert.deepEqual(said, {
    state: 'success',
    target_url: 'http://ci.example.com/1',
    context: 'build',
    description: 'ok',
  });
  assert.equal(await checkOf(), 'success');
  const plain = await post('maintainer', { state: 'pending' });
  assert.deepEqual(
    [plain.body.context, plain.body.target_url, plain.body.description],
    ['default', null, null],
  );
  assert.equal(await checkOf(), 'pending');
  await post('delegate', { state: 'warning', context: 'build' });
  assert.equal(await checkOf(), 'warning');
  await post('maintainer', { state: 'fail', context: 'build' });
  assert.equal(await checkOf(), 'fail');
  await post('maintainer', { state: 'success', context: 'build' });
  assert.equal(await checkOf(), 'warning', 'the last one of another user still counts');
  const told = await toldEvents(scene);
  assert.deepEqual(told[0], { category: 'check-created', actor: 'maintainer', details: null });
  assert.equal(told.length, 5);
  const [event] = await scene.ask('/api/events/?category=check-created&order=date');
  assert.equal(event.payload.check.id, id);
  assert.equal(event.actor.username, 'maintainer');
});

test('checks that come at once all count', async (context) => {
  const scene = await openWriteScene(context);
  const patch = `/api/patches/${scene.id('p1')}/`;
  const contexts = ['a', 'b', 'c', 'd', 'e', 'f'];
  await Promise.all(
    contexts.map((name) =>
      scene.send('maintainer', 'POST', `${patch}checks/`, {
        form: [
          ['context', name],
          ['state', name === 'c' ? 'fail' : 'success'],
          ['target_url', ''],
        ],
      }),
    ),
  );
  assert.equal((await scene.ask(`${patch}checks/`)).length, 6);
  assert.equal((await scene.ask(patch)).check, 'fail');
});

test('a bundle is made, changed and removed by forms, as git-pw sends them', async (context) => {
  const scene = await openWriteScene(context);
  const [p1, p2, p3] = ['p1', 'p2', 'p3'].map((name) => String(scene.id(name)));
  const patchesOf = (body: { patches: { id: number }[] }): string[] =>
    body.patches.map(({ id }) => String(id));
  const made = await scene.send('plain', 'POST', '/api/1.2/bundles/', {
    form: [
      ['name', 'mine'],
      ['patches', p2 ?? ''],
      ['patches', p1 ?? ''],
      ['public', 'False'],
    ],
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(made.headers.get('location'), made.body.url);
  assert.deepEqual(patchesOf(made.body), [p2, p1], 'in the order given');
  assert.deepEqual([made.body.public, made.body.owner.username], [false, 'plain']);
  const path = `/api/1.2/bundles/${made.body.id}/`;
  await scene.ask(path, 404);
  const changed = await scene.send('plain', 'PATCH', path, { form: [['patches', p3 ?? '']] });
  assert.deepEqual([changed.status, patchesOf(changed.body)], [200, [p3]]);
  const renamed = await scene.send('plain', 'PATCH', path, {
    json: { name: 'ours', public: true },
  });
  assert.deepEqual([renamed.body.name, patchesOf(renamed.body)], ['ours', [p3]]);
  assert.equal((await scene.ask(path)).name, 'ours');
  const gone = await scene.send('plain', 'DELETE', path);
  assert.deepEqual([gone.status, gone.body], [204, '']);
  await scene.ask(path, 404);
});

test('a bundle has a name of its own among its owner’s, and the patches of one project', async (context) => {
  const scene = await openWriteScene(context);
  const json = { name: 'mine', patches: [scene.id('p1'), scene.id('p1')] };
  const made = await scene.send('plain', 'POST', '/api/bundles/', { json });
  assert.deepEqual(made.body.patches.length, 1, 'each patch once');
  const again = await scene.send('plain', 'POST', '/api/bundles/', { json });
  const taken = { name: ['Bundle with this name already exists.'] };
  assert.deepEqual([again.status, again.body], [400, taken]);
  assert.equal((await scene.send('maintainer', 'POST', '/api/bundles/', { json })).status, 201);
  const other = await scene.send('plain', 'POST', '/api/bundles/', {
    json: { ...json, name: 'o' },
  });
  const path = `/api/bundles/${other.body.id}/`;
  const renamed = await scene.send('plain', 'PATCH', path, { json: { name: 'mine' } });
  assert.deepEqual([renamed.status, renamed.body], [400, taken]);
  const mixed = { json: { name: 'x', patches: [scene.id('p1'), scene.id('o1')] } };
  const refused = await scene.send('plain', 'POST', '/api/bundles/', mixed);
  assert.deepEqual(refused.body, { patches: ['Bundle patches must belong to the same project'] });
  const moved = await scene.send('plain', 'PATCH', path, { json: { patches: [scene.id('o1')] } });
  assert.equal(moved.body.project.link_name, 'mill');
});

test('a comment is addressed, not, or nobody says', async (context) => {
  const scene = await openWriteScene(context);
  const paths = [
    `patches/${scene.id('p1')}/comments/${scene.id('k1')}/`,
    `covers/${scene.id('c0')}/comments/${scene.id('k0')}/`,
  ];
  for (const path of paths) {
    for (const addressed of [true, false, null, true]) {
      const said = await scene.send('commenter', 'PATCH', `/api/1.3/${path}`, {
        json: { addressed },
      });
      assert.deepEqual([said.status, said.body.addressed], [200, addressed]);
    }
    const form = await scene.send('commenter', 'PUT', `/api/${path}`, {
      form: [['addressed', '']],
    });
    assert.equal(form.body.addressed, null);
    const early = await scene.send('commenter', 'PATCH', `/api/1.2/${path}`, { json: {} });
    assert.equal(early.status, 404, 'details of comments came with 1.3');
  }
});

test('a maintainer says where a project is; what came later is ignored before', async (context) => {
  const scene = await openWriteScene(context);
  const json = {
    name: 'no',
    link_name: 'no',
    web_url: 'https://brook.example/',
    list_archive_url_format: 'https://archive.example/{}',
    show_dependencies: true,
  };
  const early = await scene.send('maintainer', 'PATCH', '/api/1.1/projects/brook-devel/', { json });
  assert.equal(early.status, 200, JSON.stringify(early.body));
  const before = await scene.ask('/api/projects/brook-devel/');
  assert.deepEqual(
    [before.name, before.web_url, before.list_archive_url_format, before.show_dependencies],
    ['brook-devel', 'https://brook.example/', '', false],
  );
  const path = `/api/1.4/projects/${before.id}/`;
  const after = await scene.send('maintainer', 'PUT', path, { json });
  assert.deepEqual(
    [after.body.list_archive_url_format, after.body.show_dependencies],
    ['https://archive.example/{}', true],
  );
  const patch = await scene.ask(`/api/patches/${scene.id('p1')}/`);
  assert.equal(patch.list_archive_url, 'https://archive.example/p1@brook.example');
});

test('users change their names and settings, not their address', async (context) => {
  const scene = await openWriteScene(context);
  const path = `users/${scene.userIds.get('plain')}/`;
  const json = {
    first_name: '  Pat ',
    last_name: 'Øde',
    email: 'other@brook.example',
    settings: { items_per_page: '50', show_ids: true },
  };
  const changed = await scene.send('plain', 'PATCH', `/api/1.3/${path}`, { json });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.deepEqual(
    [changed.body.first_name, changed.body.last_name, changed.body.email],
    ['Pat', 'Øde', 'plain@brook.example'],
  );
  const settings = { send_email: false, items_per_page: 50, show_ids: true };
  assert.deepEqual(changed.body.settings, settings);
  const early = await scene.send('plain', 'PATCH', `/api/1.1/${path}`, {
    json: { settings: { send_email: true } },
  });
  assert.equal(early.status, 200);
  const form = await scene.send('plain', 'PATCH', `/api/${path}`, {
    form: [['settings.show_ids', 'false']],
  });
  assert.deepEqual(form.body.settings, { ...settings, show_ids: false });
});
