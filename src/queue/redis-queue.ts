import { createRedisBackend, withBackend } from './bullmq.ts';
import { Redis } from 'ioredis';
import { queueName } from './index-queue.ts';
import type { IndexJob, IndexQueue } from './index-queue.ts';
import { deadlineMs, figuresOf, inTime, jobOfQueue } from './queue-calls.ts';

const onRedis = withBackend(createRedisBackend);

/** The producer's side of BullMQ on Redis, which need not be there yet. */
export function connectRedisQueue(
  url: string,
  onError: (error: Error) => void,
): Omit<IndexQueue, 'open'> {
  const connection = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: deadlineMs.redis,
  });
  const queue = new onRedis.Queue<IndexJob>(queueName, { connection });
  queue.on('error', onError);
  return {
    async add(jobs) {
      await inTime(deadlineMs.redis, queue.addBulk(jobs.map(jobOfQueue)));
    },
    async hasWorkers() {
      return (await inTime(deadlineMs.redis, queue.getWorkersCount())) > 0;
    },
    async figures() {
      return inTime(deadlineMs.figures, figuresOf(queue));
    },
    async close() {
      if (connection.status === 'ready')
        await inTime(deadlineMs.redis, queue.close()).catch(onError);
      connection.disconnect();
    },
  };
}
