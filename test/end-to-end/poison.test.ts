import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { groupCpuMs, groupCpuSkip } from '../support/group-cpu.ts';
import { hugeHtmlMail, poisonMails } from '../support/poison-mail.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { sendAll, sendBurst } from '../support/send-mail.ts';

/** CPU of listener and worker for one message. Wall time would say more of the machine than of the message. */
const maxCpuMs = 1_000;

function normalMails(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) =>
    sampleMail({ id: `n${index}`, subject: `[PATCH] ${index}`, body: patchText(`n${index}`) }),
  );
}

test(
  'each poisonous message is stored and costs less than a second of CPU',
  { skip: groupCpuSkip },
  async (context) => {
    const scene = await openScene(context);
    const daemon = await scene.serve();
    const database = await scene.database();
    // What a worker does once, such as loading its code, is no message's cost.
    await sendAll(daemon.smtpAddress, normalMails(1));
    await untilIndexed(database, 1);
    for (const [index, { name, raw }] of poisonMails().entries()) {
      await context.test(name, async () => {
        const before = await groupCpuMs(daemon.process.pid);
        assert.deepEqual(await sendAll(daemon.smtpAddress, [raw]), ['250 2.0.0 stored']);
        await untilIndexed(database, index + 2, 30_000);
        const cpuMs = (await groupCpuMs(daemon.process.pid)) - before;
        assert.ok(cpuMs < maxCpuMs, `${cpuMs} ms of CPU`);
        const { stored } = await countOutcomes(database, null);
        assert.equal(stored, index + 2);
      });
    }
    await assertStorableSubjects(database);
    assert.doesNotMatch(daemon.process.log, /[\u001b\u0007]/, 'no terminal escape in the log');
    await daemon.stop();
  },
);

/** Fails for NUL, for a line end that would begin another header field, and for half a character. */
async function assertStorableSubjects(database: Database): Promise<void> {
  const { rows } = await database.query('SELECT message_id, subject, name FROM patchloom.message');
  for (const { message_id: messageId, subject, name } of rows) {
    assert.doesNotMatch(`${subject}${name}`, /[\0\r\n]/, messageId);
    assert.ok(subject.isWellFormed() && name.isWellFormed(), messageId);
  }
}

test('poisonous messages, and one as large as the limit allows, hold up none of those between them', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const poisons = poisonMails().map(({ raw }) => raw);
  const normal = normalMails(poisons.length);
  const mixed = poisons.flatMap((poison, index) => [poison, normal[index]!]);
  const { ended, acknowledged } = sendBurst(daemon.smtpAddress, [hugeHtmlMail(), ...mixed], 4);
  await ended;
  assert.equal(acknowledged.length, mixed.length + 1);
  const database = await scene.database();
  await untilIndexed(database, mixed.length + 1, 30_000);
  const { stored, dead } = await countOutcomes(database, null);
  assert.deepEqual({ stored, dead }, { stored: mixed.length + 1, dead: 0 });
  const { rows } = await database.query(
    `SELECT count(*) AS count FROM api.patch WHERE message_id LIKE '<n%'`,
  );
  assert.equal(rows[0].count, normal.length);
  await daemon.stop();
});
