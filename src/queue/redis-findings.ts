import { judged, sound } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { redisInfo } from './redis-settings.ts';

/** BullMQ refuses older ones. Source: its manual, "Compatibility". */
const oldestVersion = 6;

/** A queue that takes more of its Redis's memory than this will soon stand still. */
const fullShare = 0.8;

/** What is to be said of the queue's place; null: it is in Postgres. */
export async function redisFindings(url: string | null): Promise<Finding[]> {
  if (url === null) return [sound('queue', 'in Postgres')];
  const info = await redisInfo(url);
  if (info === null) {
    const remedy = 'start Redis, or mend REDIS_URL; until then mail is taken and waits';
    return [judged('queue', 'Redis does not answer', 'fail', remedy)];
  }
  return [sound('queue', 'in Redis'), version(info), policy(info), persistence(info), memory(info)];
}

type RedisInfo = ReadonlyMap<string, string>;

function version(info: RedisInfo): Finding {
  const found = info.get('redis_version') ?? 'unknown';
  const isOld = Number.parseInt(found, 10) < oldestVersion;
  const remedy = isOld ? `take Redis ${oldestVersion}.2 or newer, or Valkey` : null;
  return judged('Redis: version', found, 'fail', remedy);
}

function policy(info: RedisInfo): Finding {
  const found = info.get('maxmemory_policy') ?? 'noeviction';
  const remedy =
    found === 'noeviction'
      ? null
      : 'say CONFIG SET maxmemory-policy noeviction, and set it in redis.conf: others throw jobs away, and Patchloom does not start';
  return judged('Redis: maxmemory-policy', found, 'fail', remedy);
}

function persistence(info: RedisInfo): Finding {
  if (info.get('aof_enabled') === '0') {
    const remedy =
      'set appendonly yes in redis.conf: without it a restart of Redis delays what was queued until the sweeper';
    return judged('Redis: appendonly', 'no', 'warn', remedy);
  }
  const status = info.get('aof_last_write_status') ?? 'ok';
  const remedy = status === 'ok' ? null : "look at the disk of Redis and at Redis's log";
  return judged('Redis: appendonly', status === 'ok' ? 'yes' : `write: ${status}`, 'warn', remedy);
}

function memory(info: RedisInfo): Finding {
  const used = Number(info.get('used_memory') ?? 0);
  const limit = Number(info.get('maxmemory') ?? 0);
  if (limit === 0) return sound('Redis: memory', `${used} octets, no limit`);
  const isFull = used > limit * fullShare;
  const remedy = isFull ? 'raise maxmemory: a full Redis takes no jobs, and mail waits' : null;
  return judged('Redis: memory', `${used} of ${limit} octets`, 'warn', remedy);
}
