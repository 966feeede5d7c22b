import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { replay } from '../../src/ingest/replay.ts';
import { startIndexer } from '../../src/ingest/start-indexer.ts';
import { sweep } from '../../src/ingest/sweep.ts';
import { openIndexQueue, prepareQueue } from '../../src/queue/index-queue.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { parseAll, takeAll } from '../support/index-mail.ts';
import { mboxText } from '../support/mbox-text.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

const messages = ['a1', 'a2', 'a3'].map((id) => sampleMail({ id, subject: id }));

async function* chunks(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

test('a replay of messages that an earlier one took, and whose jobs are lost, ends when they are indexed', async (context) => {
  const { database, url } = await openTestDatabase(context);
  const queueLocation = { kind: 'postgres', url } as const;
  await prepareQueue(queueLocation);
  const onError = (error: unknown): void => assert.fail(String(error));
  const queue = openIndexQueue(queueLocation, onError);
  const indexer = startIndexer({
    database,
    parse: parseAll,
    queueLocation,
    lists: 'auto',
    onError,
  });
  try {
    await takeAll(database, messages);
    const records = readMbox(chunks(mboxText(messages)), { maxMessageBytes: 10_000 });
    let isDone = false;
    const result = replay(records, {
      database,
      queue,
      archive: 'list.mbox',
      requestedListId: null,
      limit: Number.POSITIVE_INFINITY,
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
