import assert from 'node:assert/strict';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { needsProc, workersOf } from '../fault/process-tree.ts';

test('workers give way to the daemon that takes mail', { skip: needsProc }, async (context) => {
  const scene = await openScene(context, { WORKERS: '2' });
  const daemon = await scene.serve();
  await sendAll(daemon.smtpAddress, [sampleMail({ id: 'a1', subject: 'one is at work' })]);
  await untilIndexed(await scene.database(), 1);
  const daemonPriority = getPriority(daemon.process.pid);
  const workers = await workersOf(daemon.process.pid);
  assert.equal(workers.length, 2);
  for (const worker of workers) assert.ok(getPriority(worker) > daemonPriority);
  await daemon.stop();
});
