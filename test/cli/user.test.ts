import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { isPasswordOf } from '../../src/api/password.ts';
import { openScene } from '../support/daemon-scene.ts';
import { sampleMail } from '../support/sample-mail.ts';

test('an operator adds a user with a token and a password, and lets them maintain a list', async (context) => {
  const scene = await openScene(context);
  await scene.run(['deliver'], { input: sampleMail({ id: 'a1', subject: 'first' }) });
  const holder = await scene.serve();
  const database = await scene.database();

  const added = await scene.run(['user', 'add', 'Ada', '--email', 'ADA@brook.example']);
  assert.match(added.stdout, /^Ada added, id [0-9]+$/m, added.stderr);
  const persons = await database.query(
    'SELECT email, user_id IS NOT NULL AS linked FROM patchloom.person',
  );
  assert.deepEqual(persons.rows, [{ email: 'ada@brook.example', linked: true }]);
  assert.equal((await scene.run(['user', 'add', 'ada'])).code, 65, 'a name is taken in any case');
  assert.equal((await scene.run(['user', 'add', 'a/b'])).code, 64);

  const { stdout: token } = await scene.run(['user', 'token', 'ada']);
  assert.match(token, /^[0-9a-f]{40}\n$/);
  const stored = await database.query('SELECT sha256 FROM patchloom.api_token');
  const sha256 = createHash('sha256').update(token.trim()).digest();
  assert.deepEqual(stored.rows, [{ sha256 }], 'only its hash is kept');

  const password = await scene.run(['user', 'password', 'ada'], {
    input: Buffer.from('brook 12\n'),
  });
  assert.equal(password.code, 0, password.stderr);
  const { rows } = await database.query('SELECT password_hash AS hash FROM patchloom.app_user');
  assert.ok(await isPasswordOf(rows[0].hash, 'brook 12'));
  assert.ok(!(await isPasswordOf(rows[0].hash, 'brook 13')));
  assert.equal(
    (await scene.run(['user', 'password', 'ada'], { input: Buffer.from('\n') })).code,
    65,
  );

  assert.equal((await scene.run(['user', 'maintain', 'ada', 'brook-devel'])).code, 0);
  assert.equal((await scene.run(['user', 'maintain', 'ada', 'nowhere'])).code, 65);
  assert.equal((await scene.run(['user', 'maintain', 'nobody', 'brook-devel'])).code, 67);
  const listed = await scene.run(['user', 'ls']);
  assert.match(
    listed.stdout,
    /^[0-9]+ +Ada +ADA@brook\.example +user +yes +1 +brook-devel\.lists\.example$/m,
  );

  assert.equal((await scene.run(['user', 'unmaintain', 'ada', 'brook-devel'])).code, 0);
  assert.equal((await scene.run(['user', 'unmaintain', 'ada', 'brook-devel'])).code, 65);
  await scene.run(['user', 'deactivate', 'ada']);
  assert.match((await scene.run(['user', 'ls'])).stdout, /^[0-9]+ +Ada +\S+ +none +yes +0$/m);
  await holder.stop();
});

test('an operator says how a list is shown; two lists cannot have one link name', async (context) => {
  const scene = await openScene(context);
  await scene.run(['list', 'add', 'brook.lists.example']);
  await scene.run(['list', 'add', 'mill.lists.example']);
  const set = ['list', 'set', 'brook', '--name', 'Brook Development', '--link-name', 'brook-devel'];
  const changed = await scene.run([
    ...set,
    '--web-url',
    'https://brook.example/',
    '--show-dependencies',
  ]);
  assert.equal(changed.code, 0, changed.stderr);
  assert.equal((await scene.run(['list', 'set', 'mill', '--link-name', 'BROOK-devel'])).code, 65);
  assert.equal((await scene.run(['list', 'set', 'mill', '--link-name', '12'])).code, 64);
  assert.equal((await scene.run(['list', 'set', 'weir', '--name', 'Weir'])).code, 65);

  const holder = await scene.serve();
  const database = await scene.database();
  const { rows } = await database.query(
    `SELECT name, link_name, list_email, web_url, scm_url, show_dependencies FROM patchloom.mailing_list ORDER BY id`,
  );
  assert.deepEqual(rows, [
    {
      name: 'Brook Development',
      link_name: 'brook-devel',
      list_email: 'brook@lists.example',
      web_url: 'https://brook.example/',
      scm_url: '',
      show_dependencies: true,
    },
    {
      name: 'mill',
      link_name: 'mill',
      list_email: 'mill@lists.example',
      web_url: '',
      scm_url: '',
      show_dependencies: false,
    },
  ]);
  await holder.stop();
});
