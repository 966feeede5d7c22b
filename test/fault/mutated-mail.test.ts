import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptMessages } from '../../src/ingest/accept.ts';
import { indexDeliveries } from '../../src/ingest/index-deliveries.ts';
import { openParser } from '../../src/ingest/parser.ts';
import { decodeBody } from '../../src/store/raw-body.ts';
import type { RawEncoding } from '../../src/store/raw-body.ts';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { openScene } from '../support/daemon-scene.ts';
import { someArrival } from '../support/index-mail.ts';
import { mutatedMail, mutationSeeds } from '../support/mutated-mail.ts';
import { withCrlf } from '../support/sample-mail.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import { sendBurst } from '../support/send-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';
import { lostOf, untilNothingWaits } from './nothing-lost.ts';
import { sha256Of } from './retrying-senders.ts';

/** PATCHLOOM_MUTATED_MAILS=200000 makes it long: a tenth of them goes through a daemon. */
const messageCount = Number(process.env['PATCHLOOM_MUTATED_MAILS'] ?? 1_000);
const overSmtpCount = Math.ceil(messageCount / 10);
const batchSize = 200;
const connectionCount = 8;

/** Deliveries that are dead, and messages that broke a bound of the parser: there must be none of both. */
async function casualties(database: Database): Promise<object[]> {
  const { rows } = await database.query(
    `SELECT reason AS what, encode(r.sha256, 'hex') AS sha256 FROM patchloom.dead_letter l
     JOIN patchloom.delivery d ON d.id = l.delivery_id JOIN patchloom.raw_message r ON r.id = d.raw_message_id
     UNION ALL
     SELECT array_to_string(flags, ' '), encode(r.sha256, 'hex') FROM patchloom.message m
     JOIN patchloom.raw_message r ON r.id = m.raw_message_id
     WHERE flags && '{parse-timeout,parse-memory,parse-failed}' LIMIT 20`,
  );
  return rows;
}

async function isKept(database: Database, deliveryId: number, raw: Buffer): Promise<boolean> {
  const { rows } = await database.query<{ body: Buffer; encoding: RawEncoding }>(
    `SELECT body, encoding FROM patchloom.delivery d
     JOIN patchloom.raw_message r ON r.id = d.raw_message_id
     WHERE d.id = $1 AND (d.outcome IS NOT NULL)`,
    [deliveryId],
  );
  const [row] = rows;
  return row !== undefined && decodeBody(row.body, row.encoding).equals(raw);
}

test(`${messageCount - overSmtpCount} mutated messages are accepted, parsed and stored, each with its bytes`, async (context) => {
  const seed = runSeed();
  const random = seededRandom(seed);
  const seeds = await mutationSeeds(seed);
  const { database } = await openTestDatabase(context);
  const parser = openParser();
  context.after(() => parser.close());
  const place = {
    custodyDatabase: database,
    queue: { add: async () => undefined },
    requireRoom: async () => undefined,
  };
  const accept = acceptMessages(place, (error) => assert.fail(String(error)));
  for (let sent = 0; sent < messageCount - overSmtpCount; sent += batchSize) {
    const raws = Array.from({ length: batchSize }, () => mutatedMail(random, seeds));
    // A list of its own for each batch: a list of so many messages under so few Message-IDs is another test's matter.
    const arrival = { ...someArrival, requestedListId: `l${sent}.example` };
    const receipts = await Promise.all(raws.map((raw) => accept({ raw, arrival })));
    const ids = receipts.map(({ deliveryId }) => deliveryId);
    await indexDeliveries({ database, parse: parser.parse, lists: 'auto' }, ids);
    const kept = await Promise.all(ids.map((id, index) => isKept(database, id, raws[index]!)));
    assert.ok(
      !kept.includes(false),
      `PATCHLOOM_SEED=${seed}: message ${sent + kept.indexOf(false)}`,
    );
  }
  const outcomes = await countOutcomes(database, null);
  context.diagnostic(`seed ${seed}: ${JSON.stringify(outcomes)}`);
  assert.deepEqual(await casualties(database), [], `PATCHLOOM_SEED=${seed}`);
  assert.equal(outcomes.waiting, 0);
});

/** As it can be sent and is received: a bare CR would be refused, and the last line has its end. */
function forSmtp(raw: Buffer, listId: string): Buffer {
  const text = `List-Id: <${listId}>\n${raw.toString('latin1').replaceAll('\r', '')}`;
  return Buffer.from(text.endsWith('\n') ? text : `${text}\n`, 'latin1');
}

test(`${overSmtpCount} mutated messages go through a daemon, and each that was acknowledged is stored and indexed`, async (context) => {
  const seed = runSeed() + 1;
  const random = seededRandom(seed);
  const seeds = await mutationSeeds(seed);
  const scene = await openScene(context, { WORKERS: '2' });
  const daemon = await scene.serve();
  const database = await scene.database();
  const acknowledged = new Map<string, Buffer>();
  for (let sent = 0; sent < overSmtpCount; sent += batchSize) {
    const count = Math.min(batchSize, overSmtpCount - sent);
    const raws = Array.from({ length: count }, () =>
      forSmtp(mutatedMail(random, seeds), `l${sent}.example`),
    );
    const burst = sendBurst(daemon.smtpAddress, raws, connectionCount);
    await burst.ended;
    assert.equal(burst.acknowledged.length, count, `PATCHLOOM_SEED=${seed - 1}`);
    for (const raw of burst.acknowledged.map(withCrlf)) acknowledged.set(sha256Of(raw), raw);
  }
  await untilNothingWaits(database, 600_000);
  assert.deepEqual(await lostOf(database, acknowledged), [], `PATCHLOOM_SEED=${seed - 1}`);
  context.diagnostic(`seed ${seed - 1}: ${JSON.stringify(await countOutcomes(database, null))}`);
  assert.deepEqual(await casualties(database), [], `PATCHLOOM_SEED=${seed - 1}`);
  assert.doesNotMatch(daemon.process.log, /worker died/);
  await daemon.stop();
});
