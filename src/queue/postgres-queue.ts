import { createPostgresBackend, runMigrations, withBackend } from './bullmq.ts';
import { Client } from 'pg';
import { queueName } from './index-queue.ts';
import type { IndexJob, IndexQueue } from './index-queue.ts';
import { postgresConnections } from './postgres-connections.ts';
import { deadlineMs, figuresOf, inTime, jobOfQueue } from './queue-calls.ts';

const onPostgres = withBackend(createPostgresBackend);

/** The producer's side of BullMQ's Postgres backend, whose tables are made where they are missing. */
export async function connectPostgresQueue(
  url: string,
  onError: (error: Error) => void,
): Promise<Omit<IndexQueue, 'open'>> {
  await prepareTables(url);
  let isClosed = false;
  let opened = openQueue();
  function openQueue() {
    const queue = new onPostgres.Queue<IndexJob>(queueName, {
      connection: postgresConnections(url),
    });
    queue.on('error', onError);
    const ready = queue.waitUntilReady();
    // One whose first connection fails keeps the refusal for ever.
    ready.catch(() => {
      void queue.close().catch(() => undefined);
      if (!isClosed) opened = openQueue();
    });
    return queue;
  }
  return {
    async add(jobs) {
      await inTime(deadlineMs.postgres, opened.addBulk(jobs.map(jobOfQueue)));
    },
    async hasWorkers() {
      return (await inTime(deadlineMs.postgres, opened.getWorkersCount())) > 0;
    },
    async figures() {
      return inTime(deadlineMs.figures, figuresOf(opened));
    },
    async close() {
      isClosed = true;
      await opened.close();
    },
  };
}

async function prepareTables(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}
