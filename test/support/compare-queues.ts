import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { openScene } from './daemon-scene.ts';
import type { Environment } from './patchloom-process.ts';
import { assertSameLines } from './first-difference.ts';
import { someRedisUrl } from './redis-server.ts';

/** Fails unless the first messages of an archive, replayed with the queue in Redis and in Postgres, give one export. */
export async function assertSameInBothQueues(
  context: TestContext,
  archive: string,
  messageCount: number,
): Promise<void> {
  const redisUrl = await someRedisUrl(context);
  async function exportOf(environment: Environment): Promise<string> {
    const scene = await openScene(context, environment);
    const limit = ['--limit', String(messageCount)];
    const { code, stdout, stderr } = await scene.run(['replay', ...limit, archive]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^replayed ${messageCount}, .* dead 0 in `));
    return scene.exported();
  }
  const [inRedis, inPostgres] = await Promise.all([
    exportOf({ REDIS_URL: redisUrl }),
    exportOf({}),
  ]);
  assert.ok(inRedis.split('\n').length > messageCount / 2);
  assertSameLines(inRedis, inPostgres, 'queue in Redis and in Postgres');
}
