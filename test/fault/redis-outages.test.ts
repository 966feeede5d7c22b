import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openScene } from '../support/daemon-scene.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { assertNothingLost, untilNothingWaits } from './nothing-lost.ts';
import { needsRedis, RedisProcess } from './redis-process.ts';

/** The sweeper comes after 15 s, and looks every 5 s. */
const recoverWithinMs = 30_000;

interface Outage {
  readonly name: string;
  begin(redis: RedisProcess): Promise<unknown> | void;
  end(redis: RedisProcess): Promise<unknown> | void;
}

const outages: readonly Outage[] = [
  { name: 'gone', begin: (redis) => redis.kill(), end: (redis) => redis.start() },
  { name: 'frozen', begin: (redis) => redis.freeze(), end: (redis) => redis.thaw() },
  {
    name: 'full',
    begin: (redis) => redis.ask('CONFIG', 'SET', 'maxmemory', '1'),
    end: (redis) => redis.ask('CONFIG', 'SET', 'maxmemory', '0'),
  },
];

for (const outage of outages) {
  test(
    `mail is taken while Redis is ${outage.name}, and indexed within 30 s after`,
    {
      skip: needsRedis,
    },
    async (context) => {
      const redis = await RedisProcess.start(context);
      const scene = await openScene(context, { REDIS_URL: redis.url });
      const daemon = await scene.serve();
      const { smtpAddress } = daemon;
      const database = await scene.database();
      await send(smtpAddress, 'before');
      await untilNothingWaits(database);
      await outage.begin(redis);
      const startedAt = performance.now();
      for (let count = 0; count < 10; count += 1) await send(smtpAddress, `meanwhile${count}`);
      assert.ok(performance.now() - startedAt < 10_000, 'nobody waits for Redis');
      await delay(3_000); // so that calls under way come to their deadlines
      await outage.end(redis);
      await untilNothingWaits(database, recoverWithinMs + 10_000);
      await assertNothingLost(database, new Map());
      await send(smtpAddress, 'after');
      await untilNothingWaits(database);
      await daemon.stop();
    },
  );
}

async function send(address: string, id: string): Promise<void> {
  const [reply = ''] = await sendAll(address, [sampleMail({ id, subject: id })]);
  assert.match(reply, /^250/);
}

async function serveOn(context: TestContext, settings: readonly string[]) {
  const redis = await RedisProcess.start(context, settings);
  return openScene(context, { REDIS_URL: redis.url });
}

test(
  'serve exits with 78 on a Redis that throws jobs away when it is full',
  {
    skip: needsRedis,
  },
  async (context) => {
    const scene = await serveOn(context, ['--maxmemory-policy', 'allkeys-lru']);
    const { code, stderr } = await scene.run(['serve']);
    assert.equal(code, 78);
    assert.match(stderr, /memory policy allkeys-lru, .* CONFIG SET maxmemory-policy noeviction/);
  },
);

test(
  'serve warns of a Redis that forgets its jobs when it restarts',
  {
    skip: needsRedis,
  },
  async (context) => {
    const scene = await serveOn(context, ['--appendonly', 'no']);
    const daemon = await scene.serve();
    assert.match(daemon.process.log, /Redis has appendonly off/);
    await daemon.stop();
  },
);

test('serve takes mail although Redis was gone when it started, and says so', async (context) => {
  const scene = await openScene(context, { REDIS_URL: 'redis://127.0.0.1:9' });
  const daemon = await scene.serve();
  assert.match(daemon.process.log, /Redis does not answer/);
  await send(daemon.smtpAddress, 'a1');
  await daemon.process.killGroup();
});
