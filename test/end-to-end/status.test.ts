import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { mboxText } from '../support/mbox-text.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { until } from '../support/until.ts';

const homeless = sampleMail({ id: 'a2', subject: 'whose am I?', listId: null });

test('status says whether mail comes in, whether it is indexed, and what is stuck', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const database = await scene.database();
  await sendAll(daemon.smtpAddress, [sampleMail({ id: 'a1', subject: 'hello' }), homeless]);
  await untilIndexed(database, 2);
  const input = Buffer.from(mboxText([sampleMail({ id: 'a3', subject: 'old' })]));
  assert.equal((await scene.run(['replay', '-'], { input })).code, 0);
  const { stdout } = await scene.run(['status']);
  assert.match(stdout, /^received +3 in 1 min, 3 in 15 min, 3 in 60 min$/m);
  assert.match(stdout, /^replay +\S+: 1 in 1 min, 0 waiting$/m);
  assert.match(stdout, /^waiting +none$/m);
  assert.match(stdout, /^indexed +3 of 3 of 1 min, /m);
  assert.match(stdout, /^unrouted +1 \(patchloom list unrouted, list add\)$/m);
  assert.match(stdout, /^dead +0$/m);
  assert.match(stdout, /^webhooks +none$/m);
  assert.match(stdout, /^queue +0 jobs waiting, .* 1 workers$/m);
  assert.match(stdout, /^disk +[0-9]+ MiB free, 50 MiB needed$/m);
  assert.match(stdout, /^version +[0-9.]+, schema [0-9]+$/m);
  const json = JSON.parse((await scene.run(['status', '--json'])).stdout);
  assert.equal(json.deliveries.stored, 2);
  assert.deepEqual(json.recent[0], { minutes: 1, receivedCount: 3, indexedCount: 3 });
  assert.equal(json.queue.workerCount, 1);
  await daemon.stop();
});

test('status --watch looks again, with the rate, and ends by a signal with exit 0', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const watching = scene.start(['status', '--watch']);
  await until('it has looked twice', async () => watching.output.includes('messages/s'));
  watching.signal('SIGTERM');
  const { code, stdout: text, stderr } = await watching.result();
  assert.equal(code, 0, stderr);
  assert.match(text, /^rate +0\.0 messages\/s$/m);
  assert.doesNotMatch(text, /\u001b/, 'no terminal, no escape sequences');
  await daemon.stop();
});
