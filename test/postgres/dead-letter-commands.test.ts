import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { sampleMail, withCrlf } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';

const refused = sampleMail({ id: 'a1', subject: 'refuse me' });
const stored = sampleMail({ id: 'a2', subject: 'welcome' });
const sha256 = createHash('sha256').update(withCrlf(refused)).digest('hex');

async function refuseOneSubject(database: Database): Promise<void> {
  await database.query(
    `ALTER TABLE patchloom.message ADD CONSTRAINT not_this_one CHECK (subject <> 'refuse me')`,
  );
}

async function takeAllSubjects(database: Database): Promise<void> {
  await database.query('ALTER TABLE patchloom.message DROP CONSTRAINT not_this_one');
}

test('a dead letter is listed, shown, retried and dropped, and raw prints its bytes', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const { smtpAddress } = daemon;
  const database = await scene.database();
  await refuseOneSubject(database);
  await sendAll(smtpAddress, [refused, stored]);
  await untilIndexed(database, 2);

  const listed = await scene.run(['dead', 'ls']);
  assert.match(listed.stdout, /^DELIVERY +SOURCE +STAGE +DIED +SHA256 +MESSAGE-ID +REASON\n/);
  const line = new RegExp(
    `^([0-9]+) +smtp +write .*${sha256} +<a1@brook\\.example> .*not_this_one`,
  );
  const [, delivery = ''] = line.exec(listed.stdout.split('\n')[1] ?? '') ?? [];
  assert.notEqual(delivery, '', listed.stdout);

  const shown = await scene.run(['dead', 'show', delivery]);
  assert.match(shown.stdout, /^subject +refuse me$/m);
  assert.match(shown.stdout, /^to +list@brook\.example$/m);
  assert.match(shown.stdout, /^state +dead$/m);
  assert.equal((await scene.run(['raw', sha256])).stdout, withCrlf(refused).toString());

  const dropped = await scene.run(['dead', 'drop', delivery]);
  assert.match(dropped.stdout, /^1 dropped/);
  assert.equal((await scene.run(['dead', 'ls'])).stdout, '');
  assert.match((await scene.run(['dead', 'show', delivery])).stdout, /^state +dropped$/m);
  assert.equal((await scene.run(['raw', sha256])).code, 0, 'its bytes are kept');

  await takeAllSubjects(database);
  assert.match((await scene.run(['dead', 'retry', delivery])).stdout, /^1 queued again$/m);
  await untilIndexed(database, 2);
  assert.match(await scene.exported(), /<a1@brook\.example>/);
  assert.equal((await scene.run(['dead', 'show', delivery])).code, 65, 'it is dead no longer');
  await daemon.stop();
});

test('retry --all queues all dead letters again, and a retry of what is not dead is exit 65', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const { smtpAddress } = daemon;
  const database = await scene.database();
  await refuseOneSubject(database);
  await sendAll(smtpAddress, [refused]);
  await untilIndexed(database, 1);
  assert.equal((await scene.run(['dead', 'retry', '999'])).code, 65);
  assert.equal((await scene.run(['dead', 'retry'])).code, 64);
  await takeAllSubjects(database);
  assert.match((await scene.run(['dead', 'retry', '--all'])).stdout, /^1 queued again$/m);
  await untilIndexed(database, 1);
  assert.match(await scene.exported(), /<a1@brook\.example>/);
  await daemon.stop();
});

test('raw prints exactly what came, by message-id, and names other contents under the same id', async (context) => {
  const scene = await openScene(context);
  const bytes = Buffer.concat([
    sampleMail({ id: 'a3', subject: 'bytes' }),
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  ]);
  const other = sampleMail({ id: 'a3', subject: 'other bytes' });
  await scene.run(['deliver'], { input: bytes });
  const alone = await scene.start(['raw', 'a3@brook.example']).result();
  assert.equal(alone.code, 0);
  await scene.run(['deliver'], { input: other });
  const both = await scene.run(['raw', '<a3@brook.example>']);
  assert.match(both.stderr, /other bytes under this message-id: [0-9a-f]{64}/);
  assert.equal((await scene.run(['raw', 'nobody@brook.example'])).code, 65);
});
