import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { patchText, sampleListId, sampleMail } from '../support/sample-mail.ts';
import { until } from '../support/until.ts';

const patch = sampleMail({ id: 'a1', subject: '[PATCH] float', body: patchText('one') });

test('deliver without a daemon stores and indexes by itself, and exits with 0 also the second time', async (context) => {
  const scene = await openScene(context);
  const first = await scene.run(['deliver'], { input: patch });
  assert.equal(first.code, 0, first.stderr);
  const second = await scene.run(['deliver'], { input: patch });
  assert.deepEqual([second.code, second.stderr], [0, ''], 'nobody is to be woken for a duplicate');
  assert.equal((await scene.exported()).split('\n').length, 2);
  const { stdout } = await scene.run(['status', '--json']);
  const { deliveries } = JSON.parse(stdout);
  assert.deepEqual([deliveries.stored, deliveries.duplicate, deliveries.waiting], [1, 1, 0]);
});

test('deliver says by its exit code what an MTA is to do', async (context) => {
  const scene = await openScene(context, { LISTS: 'known' });
  const daemon = await scene.serve();
  const unknownList = await scene.run(['deliver', '--list-id', 'nobody.example'], { input: patch });
  assert.equal(unknownList.code, 67);
  assert.match(unknownList.stderr, /no list nobody\.example/);
  const empty = await scene.run(['deliver'], { input: Buffer.alloc(0) });
  assert.equal(empty.code, 65);
  const oversized = { environment: { MAX_MESSAGE_BYTES: '100' }, input: patch };
  assert.equal((await scene.run(['deliver'], oversized)).code, 65);
  for (const environment of [{ WORKERS: 'many' }, { LISTS: 'some' }, { MAX_MESSAGE_BYTES: '-1' }]) {
    const misconfigured = await scene.run(['deliver'], { environment, input: patch });
    assert.equal(misconfigured.code, 78, Object.keys(environment)[0]);
  }
  await daemon.stop();
});

test('deliver exits with 75 when the database is out of reach, for then the MTA keeps the message', async (context) => {
  const scene = await openScene(context);
  const nobody = 'postgres://nobody@127.0.0.1:9/none';
  const { code, stderr } = await scene.run(['deliver'], {
    environment: { DATABASE_URL: nobody },
    input: patch,
  });
  assert.equal(code, 75);
  assert.match(stderr, /cannot store messages now/);
});

test('deliver exits with 0 when only the queue is out of reach: the message is stored and indexed', async (context) => {
  const scene = await openScene(context);
  const { code, stderr } = await scene.run(['deliver'], {
    environment: { REDIS_URL: 'redis://127.0.0.1:9' },
    input: patch,
  });
  assert.equal(code, 0, stderr);
  assert.match(await scene.exported(), /<a1@brook\.example>/);
});

test('mail of an unknown list waits until list add names the list, and then the daemon indexes it', async (context) => {
  const scene = await openScene(context, { LISTS: 'known' });
  const daemon = await scene.serve();
  const database = await scene.database();
  const { code, stderr } = await scene.run(['deliver'], { input: patch });
  assert.equal(code, 0, stderr);
  await untilIndexed(database, 1);
  assert.equal((await scene.run(['list', 'unrouted'])).stdout, '1\n');
  assert.equal(await scene.exported(), '');
  const added = await scene.run(['list', 'add', sampleListId.toUpperCase()]);
  assert.match(added.stdout, /added, 1 unrouted messages? to be looked at again/);
  await until('the message is routed', async () => (await scene.exported()) !== '');
  assert.equal((await scene.run(['list', 'ls'])).stdout, `${sampleListId}\n`);
  assert.equal((await scene.run(['list', 'unrouted'])).stdout, '0\n');
  await daemon.stop();
});

test('explain tells of a delivered message, and exits with 65 for one that nobody sent', async (context) => {
  const scene = await openScene(context);
  await scene.run(['deliver'], { input: patch });
  const { code, stdout } = await scene.run(['explain', 'a1@brook.example']);
  assert.equal(code, 0);
  assert.match(stdout, /^kind +patch \(diff\)$/m);
  assert.match(stdout, /^came by +deliver, .*, stored, sha256 [0-9a-f]{64}$/m);
  assert.equal((await scene.run(['explain', 'b1@brook.example'])).code, 65);
});
