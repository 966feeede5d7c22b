import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { assertSameInBothQueues } from '../support/compare-queues.ts';
import { corpusArchive, corpusSkip } from '../support/corpus.ts';
import { openRedis, ownRedisSkip, redisSkip } from '../support/redis-server.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';

/** A sweep comes every 5 s and takes what has waited 15 s; a worker is back at Redis within 2 s. */
const recoveryMs = 30_000;

function someMails(name: string): Buffer[] {
  return ['1', '2', '3', '4', '5'].map((number) =>
    sampleMail({
      id: `${name}-${number}`,
      subject: `[PATCH ${number}/5] ${name}`,
      references: number === '1' ? [] : [`${name}-1`],
      body: patchText(`${name}_${number}`),
    }),
  );
}

const allStored = Array.from({ length: 5 }, () => '250 2.0.0 stored');

test(
  'mail is taken and indexed with the queue in Redis, taken while Redis is gone, and indexed when it is back',
  { skip: ownRedisSkip },
  async (context) => {
    const redis = await openRedis(context);
    const scene = await openScene(context, { REDIS_URL: redis.url });
    const daemon = await scene.serve();
    const database = await scene.database();
    const { rows } = await database.query(`SELECT to_regnamespace('bullmq') AS queue`);
    assert.equal(rows[0].queue, null, 'no queue in Postgres');

    assert.deepEqual(await sendAll(daemon.smtpAddress, someMails('before')), allStored);
    await untilIndexed(database, 5, recoveryMs);
    await redis.stop();
    assert.deepEqual(await sendAll(daemon.smtpAddress, someMails('meanwhile')), allStored);
    await redis.start();
    await untilIndexed(database, 10, recoveryMs);
    await redis.stop();
    await daemon.stop();
  },
);

test(
  'a list replayed with the queue in Redis gives the export that it gives with the queue in Postgres',
  { skip: redisSkip || corpusSkip },
  async (context) => assertSameInBothQueues(context, corpusArchive, 1_000),
);
