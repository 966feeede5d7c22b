import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { openScene } from '../support/daemon-scene.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { untilNothingWaits } from './nothing-lost.ts';

/** PATCHLOOM_REPEATED_MAILS=10000 makes it long. */
const messageCount = Number(process.env['PATCHLOOM_REPEATED_MAILS'] ?? 300);
const copyCount = 3;

/** One in three has a Received field for each copy, as when it came by different relays. */
function copyOf(index: number, copy: number): Buffer {
  return sampleMail({
    id: `m${index}`,
    subject: `[PATCH] change ${index}`,
    minute: index,
    body: patchText(`change_${index}`),
    trace: index % 3 === 0 ? [`Received: by relay${copy}.example`] : [],
  });
}

test(`${messageCount} messages that each come ${copyCount} times at once are ${messageCount} messages, and each delivery is counted`, async (context) => {
  const scene = await openScene(context, { WORKERS: '2' });
  const daemon = await scene.serve();
  const senders = Array.from({ length: copyCount }, async (_, copy) => {
    const raws = Array.from({ length: messageCount }, (__, index) => copyOf(index, copy));
    return sendAll(daemon.smtpAddress, raws);
  });
  const replies = (await Promise.all(senders)).flat();
  assert.deepEqual(
    replies.filter((reply) => !reply.startsWith('250 ')),
    [],
  );
  const database = await scene.database();
  await untilNothingWaits(database, 600_000);
  const { stored, duplicate, dead, unrouted } = await countOutcomes(database, null);
  const duplicateCount = messageCount * (copyCount - 1);
  assert.deepEqual(
    { stored, duplicate, dead, unrouted },
    { stored: messageCount, duplicate: duplicateCount, dead: 0, unrouted: 0 },
  );
  const { rows } = await database.query(
    `SELECT count(*) AS messages, count(DISTINCT message_id) AS ids FROM patchloom.message`,
  );
  assert.deepEqual(rows, [{ messages: messageCount, ids: messageCount }]);
  const uneven = await database.query(
    `SELECT m.message_id, count(d.id) AS deliveries FROM patchloom.message m
     LEFT JOIN patchloom.raw_message r ON r.id = m.raw_message_id
     LEFT JOIN patchloom.delivery d ON d.stored_message = m.id
       OR (d.stored_message IS NULL AND d.raw_message_id = m.raw_message_id)
     GROUP BY m.id HAVING count(d.id) <> ${copyCount}`,
  );
  assert.deepEqual(uneven.rows, [], 'messages whose deliveries are not all counted');
  await daemon.stop();
});
