import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ArchivePart } from '../../src/archive/archive-part.ts';
import { replay } from '../../src/ingest/replay.ts';
import { startIndexer } from '../../src/ingest/start-indexer.ts';
import { sweep } from '../../src/ingest/sweep.ts';
import { openIndexQueue } from '../../src/queue/index-queue.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { parseAll, takeAll } from '../support/index-mail.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

const messages = ['a1', 'a2', 'a3'].map((id) => sampleMail({ id, subject: id }));

/** An archive that cannot be gone on with. */
const archive: ArchivePart = {
  path: 'list.mbox',
  name: 'list.mbox',
  identity: null,
  read: async () => ({ isResumed: false, records: records(), shareRead: () => null }),
};

async function* records() {
  for (const [position, raw] of messages.entries()) {
    yield { raw, origin: 'list.mbox', position, mark: () => ({ format: 'test' }) };
  }
}

test('a replay of messages that an earlier one took, and whose jobs are lost, ends when they are indexed', async (context) => {
  const { database, url } = await openTestDatabase(context);
  const queueLocation = { kind: 'postgres', url } as const;
  const onError = (error: unknown): void => assert.fail(String(error));
  const queue = openIndexQueue(queueLocation, onError);
  await queue.open();
  const indexer = startIndexer({
    database,
    parse: parseAll,
    queueLocation,
    lists: 'auto',
    onError,
  });
  try {
    await takeAll(database, messages);
    let isDone = false;
    const result = replay(archive, {
      database,
      queue,
      requestedListId: null,
      window: { since: null, until: null },
      limit: Number.POSITIVE_INFINITY,
      isFromStart: false,
      stop: new AbortController().signal,
      onStart: () => undefined,
      onProgress: () => undefined,
      onQueueError: onError,
    }).finally(() => (isDone = true));
    await delay(500);
    assert.equal(isDone, false, 'it waits for what nobody works on');
    await database.query(`UPDATE patchloom.delivery SET queued_at = now() - interval '1 min'`);
    assert.equal(await sweep(database, queue), messages.length);
    const { outcomes } = await result;
    assert.equal(outcomes.duplicate, messages.length);
    const { stored, waiting } = await countOutcomes(database, null);
    assert.deepEqual({ stored, waiting }, { stored: messages.length, waiting: 0 });
  } finally {
    await indexer.close();
    await queue.close();
  }
});
