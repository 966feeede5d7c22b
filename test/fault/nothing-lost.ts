import assert from 'node:assert/strict';
import { decodeBody } from '../../src/store/raw-body.ts';
import type { RawEncoding } from '../../src/store/raw-body.ts';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { until } from '../support/until.ts';

/** Waits until every delivery has an outcome. */
export async function untilNothingWaits(database: Database, deadlineMs = 60_000): Promise<void> {
  await until(
    'every delivery has an outcome',
    async () => {
      const { waiting } = await countOutcomes(database, null);
      return waiting === 0;
    },
    deadlineMs,
  );
}

/** SHA-256s of the acknowledged messages that the database does not hold with the same bytes. */
export async function lostOf(
  database: Database,
  acknowledged: ReadonlyMap<string, Buffer>,
): Promise<string[]> {
  const { rows } = await database.query<{ sha256: string; body: Buffer; encoding: RawEncoding }>(
    `SELECT encode(sha256, 'hex') AS sha256, body, encoding FROM patchloom.raw_message`,
  );
  const kept = new Map(rows.map((row) => [row.sha256, decodeBody(row.body, row.encoding)]));
  return [...acknowledged]
    .filter(([sha256, raw]) => kept.get(sha256)?.equals(raw) !== true)
    .map(([sha256]) => sha256);
}

/** Long runs leave many thousand messages to index, and the machine may be busy. */
const indexedWithinMs = 600_000;

/** Fails unless all that was acknowledged is there with its bytes, and all that is there is indexed once. */
export async function assertNothingLost(
  database: Database,
  acknowledged: ReadonlyMap<string, Buffer>,
): Promise<void> {
  await untilNothingWaits(database, indexedWithinMs);
  assert.deepEqual(await lostOf(database, acknowledged), [], 'acknowledged and lost');
  const { dead, unrouted } = await countOutcomes(database, null);
  assert.deepEqual({ dead, unrouted }, { dead: 0, unrouted: 0 });
  for (const [what, query] of Object.entries(faults)) {
    const { rows } = await database.query(query);
    assert.deepEqual(rows, [], what);
  }
}

const faults = {
  'raw messages that were not stored exactly once': `
    SELECT r.id, count(d.id) AS count FROM patchloom.raw_message r
    LEFT JOIN patchloom.delivery d ON d.raw_message_id = r.id AND d.outcome = 'stored'
    GROUP BY r.id HAVING count(d.id) <> 1`,
  'message-ids with more than one row': `
    SELECT message_id FROM patchloom.message GROUP BY message_id, mailing_list_id HAVING count(*) > 1`,
  'raw messages without a row': `
    SELECT id FROM patchloom.raw_message r
    WHERE NOT EXISTS (SELECT FROM patchloom.message m WHERE m.raw_message_id = r.id)`,
  'messages that were not parsed': `
    SELECT message_id, flags FROM patchloom.message
    WHERE flags && ARRAY['parse-failed', 'parse-timeout', 'parse-memory']`,
};
