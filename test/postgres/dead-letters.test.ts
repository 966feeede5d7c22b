import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { startIndexer } from '../../src/ingest/start-indexer.ts';
import { openIndexQueue } from '../../src/queue/index-queue.ts';
import { until } from '../support/until.ts';
import { indexIds, parseAll, takeAll } from '../support/index-mail.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

/** Makes the database refuse messages with the subject "refuse me", with an error of this class. */
async function refuseOneSubject(database: Database, sqlState: string): Promise<void> {
  await database.query(
    `CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF NEW.subject = 'refuse me' THEN RAISE EXCEPTION 'not this one' USING ERRCODE = '${sqlState}'; END IF;
       RETURN NEW;
     END $$;
     CREATE TRIGGER refuse BEFORE INSERT ON patchloom.message FOR EACH ROW EXECUTE FUNCTION public.refuse()`,
  );
}

function batchWithRefused(): Buffer[] {
  return Array.from({ length: 9 }, (_, index) =>
    sampleMail({ id: `a${index}`, subject: index === 4 ? 'refuse me' : `message ${index}` }),
  );
}

async function idsOf(database: Database, raws: readonly Buffer[]): Promise<number[]> {
  return (await takeAll(database, raws)).map(({ deliveryId }) => deliveryId);
}

test('a message that the database refuses becomes a dead letter, and the rest of its batch is stored', async (context) => {
  const { database } = await openTestDatabase(context);
  await refuseOneSubject(database, '23514');
  const raws = batchWithRefused();
  const ids = await idsOf(database, raws);
  await indexIds(database, ids);
  const { stored, dead, waiting } = await countOutcomes(database, null);
  assert.deepEqual({ stored, dead, waiting }, { stored: 8, dead: 1, waiting: 0 });
  const { rows } = await database.query(
    `SELECT d.delivery_id, d.stage, d.reason, r.byte_count
     FROM patchloom.dead_letter d
     JOIN patchloom.delivery v ON v.id = d.delivery_id
     JOIN patchloom.raw_message r ON r.id = v.raw_message_id`,
  );
  assert.deepEqual(rows, [
    {
      delivery_id: ids[4],
      stage: 'write',
      reason: 'error: not this one',
      byte_count: raws[4]?.length,
    },
  ]);
});

test('a dead letter stays dead when its delivery is indexed again', async (context) => {
  const { database } = await openTestDatabase(context);
  await refuseOneSubject(database, '23514');
  const ids = await idsOf(database, batchWithRefused());
  await indexIds(database, ids);
  await indexIds(database, ids);
  const { stored, dead } = await countOutcomes(database, null);
  assert.deepEqual({ stored, dead }, { stored: 8, dead: 1 });
});

test('a database that is full is no fault of the message: nothing dies, all of it waits', async (context) => {
  const { database } = await openTestDatabase(context);
  const diskFull = '53100';
  await refuseOneSubject(database, diskFull);
  const ids = await idsOf(database, batchWithRefused());
  await assert.rejects(indexIds(database, ids), { code: diskFull });
  const { stored, dead, waiting } = await countOutcomes(database, null);
  assert.deepEqual({ stored, dead, waiting }, { stored: 0, dead: 0, waiting: 9 });
});

test('a message that fails for a reason nobody knows is dead after three attempts, and the others of its job are stored', async (context) => {
  const { database, url } = await openTestDatabase(context);
  const raisedByTrigger = 'P0001';
  await refuseOneSubject(database, raisedByTrigger);
  const ids = await idsOf(database, batchWithRefused());
  const queueLocation = { kind: 'postgres', url } as const;
  const queue = openIndexQueue(queueLocation, (error) => assert.fail(error));
  await queue.open();
  const failures: unknown[] = [];
  const onError = (error: unknown): void => void failures.push(error);
  const options = { database, parse: parseAll, queueLocation, lists: 'auto', onError } as const;
  const indexer = startIndexer(options);
  try {
    await queue.add([{ deliveryIds: ids }]);
    await until('all have an outcome', async () => {
      const { waiting } = await countOutcomes(database, null);
      return waiting === 0;
    });
    assert.equal(failures.length, 3, 'once with its job, twice by itself');
    const { stored, dead } = await countOutcomes(database, null);
    assert.deepEqual({ stored, dead }, { stored: 8, dead: 1 });
    const { rows } = await database.query('SELECT stage, reason FROM patchloom.dead_letter');
    assert.deepEqual(rows, [{ stage: 'write', reason: 'error: not this one' }]);
  } finally {
    await indexer.close();
    await queue.close();
  }
});
