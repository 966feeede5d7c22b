import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { openIndexQueue } from '../../src/queue/index-queue.ts';
import { startIndexWorker } from '../../src/queue/index-worker.ts';
import { sweep } from '../../src/ingest/sweep.ts';
import { takeCustody } from '../../src/store/custody.ts';
import { decodeBody } from '../../src/store/raw-body.ts';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes, loadWaiting } from '../../src/store/deliveries.ts';
import { exportText } from '../support/stored-result.ts';
import { indexIds, someArrival, storeAll, takeAll } from '../support/index-mail.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { connectTo, openTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

/** Octets that no compression makes shorter, the same on each run. */
function noise(byteCount: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < byteCount; at += 32) {
    blocks.push(createHash('sha256').update(`block ${at}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, byteCount);
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

const difficultMessages: ReadonlyMap<string, Buffer> = new Map([
  ['of no octet', Buffer.alloc(0)],
  ['of one NUL', Buffer.from([0])],
  ['with every octet from 0x00 to 0xff', everyByte],
  [
    'with every octet, long enough to be compressed',
    Buffer.concat([everyByte, everyByte, everyByte]),
  ],
  ['of 5 MB that do not compress', noise(5_000_000)],
  ['of 5 MB that compress to almost nothing', Buffer.alloc(5_000_000, '.\n')],
]);

async function storedBytes(database: Database): Promise<{ raw: Buffer; byteCount: number }[]> {
  const { rows } = await database.query(
    'SELECT body, encoding, byte_count FROM patchloom.raw_message ORDER BY id',
  );
  return rows.map((row) => ({
    raw: decodeBody(row.body, row.encoding),
    byteCount: row.byte_count,
  }));
}

for (const [description, raw] of difficultMessages) {
  test(`a message ${description} is kept byte for byte`, async (context) => {
    const { database } = await openTestDatabase(context);
    const [receipt] = await takeAll(database, [raw]);
    assert.equal(receipt?.isDuplicate, false);
    const [stored] = await storedBytes(database);
    assert.ok(stored !== undefined && stored.raw.equals(raw));
    assert.equal(stored.byteCount, raw.length);
    const [waiting] = await loadWaiting(database, [receipt.deliveryId]);
    assert.ok(waiting !== undefined && waiting.raw.equals(raw));
    assert.equal(waiting.rawSha256, createHash('sha256').update(raw).digest('hex'));
  });
}

test('all messages of one commit are kept byte for byte, each with its own receipt', async (context) => {
  const { database } = await openTestDatabase(context);
  const raws = [...difficultMessages.values()];
  const receipts = await takeAll(database, raws);
  assert.equal(new Set(receipts.map(({ deliveryId }) => deliveryId)).size, raws.length);
  const waiting = await loadWaiting(
    database,
    receipts.map(({ deliveryId }) => deliveryId),
  );
  for (const [index, { deliveryId }] of receipts.entries()) {
    const delivery = waiting.find(({ id }) => id === deliveryId);
    assert.ok(delivery?.raw.equals(raws[index]!), `message ${index}`);
  }
});

const once = sampleMail({ id: 'a1', subject: 'once' });
const other = sampleMail({ id: 'a2', subject: 'other' });

test('the same bytes twice in one commit are one raw message and a duplicate', async (context) => {
  const { database } = await openTestDatabase(context);
  const receipts = await takeAll(database, [once, other, once]);
  assert.deepEqual(
    receipts.map(({ isDuplicate }) => isDuplicate),
    [false, false, true],
  );
  assert.equal((await storedBytes(database)).length, 2);
});

test('the same bytes in ten commits at once are one raw message and nine duplicates', async (context) => {
  const { database, url } = await openTestDatabase(context);
  const pools = [database, connectTo(context, url)];
  const receipts = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      takeAll(pools[index % 2]!, index % 3 === 0 ? [once, other] : [other, once]),
    ),
  );
  assert.equal(receipts.flat().filter(({ isDuplicate }) => !isDuplicate).length, 2);
  assert.equal((await storedBytes(database)).length, 2);
  const { duplicate, waiting } = await countOutcomes(database, null);
  assert.deepEqual({ duplicate, waiting }, { duplicate: 18, waiting: 2 });
});

test('the same bytes for another list wait to be indexed there', async (context) => {
  const { database } = await openTestDatabase(context);
  await takeAll(database, [once]);
  const [receipt] = await takeAll(database, [once], { requestedListId: 'other.example' });
  assert.equal(receipt?.isDuplicate, false);
  assert.equal((await storedBytes(database)).length, 1);
});

test('an envelope with NUL and a lone surrogate is kept, with a mark in their place', async (context) => {
  const { database } = await openTestDatabase(context);
  const envelope = {
    envelopeFrom: 'a\0b@brook.example',
    envelopeTo: ['c\0@d.example', '\ud800@d'],
  };
  await takeCustody(database, [{ raw: once, arrival: { ...someArrival, ...envelope } }]);
  const { rows } = await database.query(
    'SELECT envelope_from, envelope_to FROM patchloom.delivery',
  );
  assert.deepEqual(rows, [
    { envelope_from: 'a\ufffdb@brook.example', envelope_to: ['c\ufffd@d.example', '\ufffd@d'] },
  ]);
});

test('a null sender stays apart from no envelope at all', async (context) => {
  const { database } = await openTestDatabase(context);
  await takeCustody(database, [
    { raw: once, arrival: { ...someArrival, envelopeFrom: '', envelopeTo: [] } },
    { raw: other, arrival: someArrival },
  ]);
  const { rows } = await database.query(
    'SELECT envelope_from, envelope_to FROM patchloom.delivery ORDER BY id',
  );
  assert.deepEqual(rows, [
    { envelope_from: '', envelope_to: [] },
    { envelope_from: null, envelope_to: null },
  ]);
});

test('a commit of which one message is refused keeps none of them', async (context) => {
  const { database } = await openTestDatabase(context);
  await database.query('ALTER TABLE patchloom.raw_message ADD CHECK (byte_count < 1000)');
  await assert.rejects(takeAll(database, [once, noise(2_000)]));
  assert.deepEqual(await storedBytes(database), []);
  assert.equal((await countOutcomes(database, null)).waiting, 0);
});

test('indexing a delivery again changes nothing', async (context) => {
  const { database } = await openTestDatabase(context);
  const receipts = await storeAll(database, [once, other, once]);
  const before = await exportText(database);
  await indexIds(
    database,
    receipts.map(({ deliveryId }) => deliveryId),
  );
  assert.equal(await exportText(database), before);
  const { stored, duplicate, waiting } = await countOutcomes(database, null);
  assert.deepEqual({ stored, duplicate, waiting }, { stored: 2, duplicate: 1, waiting: 0 });
});

test('the sweeper queues what has waited without a result, and nothing else', async (context) => {
  const { database, url } = await openTestDatabase(context);
  const location = { kind: 'postgres', url } as const;
  const queue = openIndexQueue(location, (error) => assert.fail(error));
  await queue.open();
  const heard: number[] = [];
  const worker = startIndexWorker(location, {
    concurrency: 1,
    work: async ({ deliveryIds }) => void heard.push(...deliveryIds),
    onError: (error) => assert.fail(error),
  });
  try {
    const [forgotten, fresh] = await takeAll(database, [once, other]);
    const [done] = await storeAll(database, [sampleMail({ id: 'a3', subject: 'done' })]);
    await database.query(
      `UPDATE patchloom.delivery SET queued_at = now() - interval '16 s' WHERE id = ANY($1)`,
      [[forgotten?.deliveryId, done?.deliveryId]],
    );
    assert.equal(await sweep(database, queue), 1);
    await until('the job is heard of', () => heard.length > 0);
    assert.deepEqual(heard, [forgotten?.deliveryId]);
    assert.equal(await sweep(database, queue), 0, 'it was queued only now');
    assert.ok(fresh !== undefined && !heard.includes(fresh.deliveryId));
  } finally {
    await worker.close();
    await queue.close();
  }
});
