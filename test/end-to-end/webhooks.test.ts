import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openScene } from '../support/daemon-scene.ts';
import { openReceiver } from '../support/http-receiver.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { until } from '../support/until.ts';

const mail = sampleMail({ id: '1', subject: '[PATCH] gauge: depth', body: patchText('depth') });

test('an operator adds a webhook, and it is told of a patch that is delivered', async (context) => {
  const scene = await openScene(context, { PUBLIC_URL: 'https://patches.example.org' });
  const receiver = await openReceiver(context);
  const secret = join(scene.dataFolder, 'secret');
  await writeFile(secret, 'only the two of us know\n');
  const add = ['webhook', 'add', receiver.url, '--secret-file', secret];
  const refused = await scene.run(add);
  assert.equal(refused.code, 64);
  assert.match(refused.stderr, /127\.0\.0\.1 is a private address; --allow-private allows it/);
  const added = await scene.run([...add, '--allow-private', '--category', 'series-completed']);
  assert.equal(added.code, 0, added.stderr);

  const sender = scene.start(['webhooks']);
  assert.equal(await sender.firstLine(), 'sending');
  const delivered = await scene.run(['deliver'], { input: mail });
  assert.equal(delivered.code, 0, delivered.stderr);
  await until('it was told', () => receiver.posts.length === 1);
  const [event, ...others] = JSON.parse(receiver.posts[0]!.body).events;
  assert.deepEqual([event.category, others], ['series-completed', []]);
  const { id, mbox } = event.payload.series;
  assert.equal(mbox, `https://patches.example.org/series/${id}/mbox/`);

  const { stdout: table } = await scene.run(['webhook', 'ls']);
  assert.match(table, /^ID .*\n1 +alive /);
  assert.match((await scene.run(['status'])).stdout, /webhooks +1 alive, 0 failing, 0 dead/);
  assert.equal((await scene.run(['webhook', 'rm', '1'])).code, 0);
  assert.equal((await scene.run(['webhook', 'retry', '1'])).code, 65);
  sender.signal('SIGTERM');
  const { code, stderr } = await sender.result();
  assert.equal(code, 0, stderr);
});

test('a secret that is too short and a category that there is not are refused', async (context) => {
  const scene = await openScene(context);
  const secret = join(scene.dataFolder, 'secret');
  const add = ['webhook', 'add', 'https://ci.example.org/', '--secret-file', secret];
  await writeFile(secret, 'short\n');
  assert.match((await scene.run(add)).stderr, /the secret has 5 bytes, 16 are needed/);
  const { stderr } = await scene.run([...add, '--category', 'patch-made']);
  assert.match(stderr, /there is no category patch-made; there are cover-created, /);
});
