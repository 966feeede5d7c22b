import { test } from 'node:test';
import { assertSameInBothQueues } from '../support/compare-queues.ts';
import { corpusArchive, corpusSkip } from '../support/corpus.ts';
import { redisSkip } from '../support/redis-server.ts';

test(
  '3,000 messages replayed with the queue in Redis and in Postgres give one export',
  { skip: redisSkip || corpusSkip },
  async (context) => assertSameInBothQueues(context, corpusArchive, 3_000),
);
