import type { QueueLocation } from './index-queue.ts';

/** Redis would throw jobs away; `message` says what to set. */
export class RedisSettingsError extends Error {
  override readonly name = 'RedisSettingsError';
}

/** A Redis that does not answer by then is not waited for: mail is taken without it. */
const answerWithinMs = 2_000;

/**
 * Throws RedisSettingsError where a full Redis would throw away parts of the queue: BullMQ works with the policy
 * noeviction only. Warns where Redis forgets its jobs when it restarts, for then all of them wait for the sweeper, and
 * where it does not answer. INFO is asked, as hosted servers often refuse CONFIG.
 */
export async function requireNoEviction(
  location: QueueLocation,
  warn: (warning: string) => void,
): Promise<void> {
  if (location.kind !== 'redis') return;
  const info = await redisInfo(location.url);
  if (info === null) {
    warn('Redis does not answer: mail is taken, and indexed when Redis is back');
    return;
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction') {
    throw new RedisSettingsError(
      `Redis has the memory policy ${policy}, which throws jobs away: say CONFIG SET maxmemory-policy noeviction, and set it in redis.conf`,
    );
  }
  if (info.get('aof_enabled') === '0') {
    warn('Redis has appendonly off: a restart of Redis delays what was queued until the sweeper');
  }
}

/** Fields of INFO: "maxmemory_policy" -> "noeviction". null when there is no answer. */
export async function redisInfo(url: string): Promise<ReadonlyMap<string, string> | null> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false, // a frozen Redis takes connections, and its readiness is awaited without a limit
    connectTimeout: answerWithinMs,
    commandTimeout: answerWithinMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const sections = ['server', 'memory', 'persistence'];
    const text = (await Promise.all(sections.map((section) => redis.info(section)))).join('\n');
    return new Map(text.split('\n').map(nameAndValue));
  } catch {
    return null;
  } finally {
    redis.disconnect();
  }
}

function nameAndValue(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim()];
}
