import type { Database, Queryable } from './database.ts';
import { decodeBody } from './raw-body.ts';

/** A delivery that waits to be indexed, with its bytes. */
export interface WaitingDelivery {
  readonly id: number;
  readonly rawMessageId: number;
  /** Hex. */
  readonly rawSha256: string;
  readonly requestedListId: string | null;
  /** ISO 8601. */
  readonly receivedAt: string;
  readonly raw: Buffer;
}

/** Octets of messages that are loaded at once; a larger message is loaded alone. */
const maxLoadedBytes = 32 * 1024 * 1024;

/** The first of those of `ids` that have no outcome yet, by id: as many as may be in memory together, at least one. */
export async function loadWaiting(
  queryable: Queryable,
  ids: readonly number[],
): Promise<WaitingDelivery[]> {
  const { rows } = await queryable.query({
    name: 'load-waiting',
    text: `SELECT w.id, w.raw_message_id, w.requested_list_id, w.received_at, r.body, r.encoding,
                  r.byte_count, encode(r.sha256, 'hex') AS sha256
           FROM (SELECT d.*, sum(s.byte_count) OVER first_ones AS bytes, row_number() OVER first_ones AS place
                 FROM patchloom.delivery d JOIN patchloom.raw_message s ON s.id = d.raw_message_id
                 WHERE d.id = ANY($1) AND d.outcome IS NULL
                 WINDOW first_ones AS (ORDER BY d.id)) w
           JOIN patchloom.raw_message r ON r.id = w.raw_message_id
           WHERE w.place = 1 OR w.bytes <= $2
           ORDER BY w.id`,
    values: [ids, maxLoadedBytes],
  });
  return rows.map((row) => ({
    id: row.id,
    rawMessageId: row.raw_message_id,
    rawSha256: row.sha256,
    requestedListId: row.requested_list_id,
    receivedAt: row.received_at,
    raw: decodeBody(row.body, row.encoding, row.byte_count),
  }));
}

/** How a delivery ended. */
export interface DeliveryOutcome {
  readonly deliveryId: number;
  readonly outcome: 'stored' | 'duplicate' | 'unrouted';
  /** Row in message; null for unrouted. */
  readonly storedMessage: number | null;
}

/** Writes outcomes; a delivery that has one already keeps it. */
export async function recordOutcomes(
  queryable: Queryable,
  outcomes: readonly DeliveryOutcome[],
): Promise<void> {
  await queryable.query({
    name: 'record-outcomes',
    text: `UPDATE patchloom.delivery d
           SET outcome = o.outcome, stored_message = o.stored_message
           FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS o (id, outcome, stored_message)
           WHERE d.id = o.id AND d.outcome IS NULL`,
    values: [
      outcomes.map((outcome) => outcome.deliveryId),
      outcomes.map((outcome) => outcome.outcome),
      outcomes.map((outcome) => outcome.storedMessage),
    ],
  });
}

/** A delivery that waits, with how often an attempt at it failed or never came to an end. */
export interface DeliveryStanding {
  readonly id: number;
  readonly failureCount: number;
}

/** Those of `ids` that have no outcome yet, by id. */
export async function loadStandings(
  queryable: Queryable,
  ids: readonly number[],
): Promise<DeliveryStanding[]> {
  const { rows } = await queryable.query<DeliveryStanding>(
    `SELECT id, unfinished_parse_count + failure_count AS "failureCount"
     FROM patchloom.delivery WHERE id = ANY($1) AND outcome IS NULL ORDER BY id`,
    [ids],
  );
  return rows;
}

/**
 * Notes that a delivery is about to be loaded and parsed; returns how often that was noted without `endParse` after it,
 * this time included. A message that ends its worker is known by that count. null when it has an outcome already.
 */
export async function beginAttempt(
  queryable: Queryable,
  deliveryId: number,
): Promise<number | null> {
  const { rows } = await queryable.query(
    `UPDATE patchloom.delivery SET unfinished_parse_count = unfinished_parse_count + 1
     WHERE id = $1 AND outcome IS NULL RETURNING unfinished_parse_count AS count`,
    [deliveryId],
  );
  return rows[0]?.count ?? null;
}

/** Notes that an attempt failed for a reason that is not the database's; returns how many did. */
export async function countFailure(queryable: Queryable, deliveryId: number): Promise<number> {
  const { rows } = await queryable.query(
    `UPDATE patchloom.delivery SET failure_count = failure_count + 1
     WHERE id = $1 RETURNING failure_count AS count`,
    [deliveryId],
  );
  return rows[0].count;
}

/** Notes that parsing a delivery came to its end. */
export async function endParse(queryable: Queryable, deliveryId: number): Promise<void> {
  await queryable.query('UPDATE patchloom.delivery SET unfinished_parse_count = 0 WHERE id = $1', [
    deliveryId,
  ]);
}

/** Where a delivery failed: its bytes, its facts, or its place in the database. */
export type DeadLetterStage = 'load' | 'parse' | 'write';

/** Ends a delivery as a dead letter; its bytes stay. Their SHA-256 in hex; null when it had an outcome already. */
export async function recordDeadLetter(
  queryable: Queryable,
  deliveryId: number,
  stage: DeadLetterStage,
  reason: string,
): Promise<string | null> {
  const { rows } = await queryable.query<{ sha256: string }>(
    `WITH dead AS (
       UPDATE patchloom.delivery SET outcome = 'dead'
       WHERE id = $1 AND outcome IS NULL RETURNING id, raw_message_id),
     letter AS (
       INSERT INTO patchloom.dead_letter (delivery_id, stage, reason)
       SELECT id, $2, $3 FROM dead ON CONFLICT (delivery_id) DO NOTHING)
     SELECT encode(r.sha256, 'hex') AS sha256
     FROM dead JOIN patchloom.raw_message r ON r.id = dead.raw_message_id`,
    [deliveryId, stage, reason],
  );
  return rows[0]?.sha256 ?? null;
}

/** A delivery that has waited for too long. */
export interface OverdueDelivery {
  readonly id: number;
  /** Whether it came out of an archive, so that live mail goes before it. */
  readonly isReplayed: boolean;
}

/**
 * Deliveries that have waited without a job for at least `idleSeconds`, oldest first, at most `limit`;
 * marks them as queued now, so that two sweepers do not take the same.
 */
export async function takeOverdue(
  queryable: Queryable,
  idleSeconds: number,
  limit: number,
): Promise<OverdueDelivery[]> {
  const { rows } = await queryable.query<OverdueDelivery>(
    `UPDATE patchloom.delivery SET queued_at = now()
     WHERE id IN (
       SELECT id FROM patchloom.delivery
       WHERE outcome IS NULL AND queued_at < now() - make_interval(secs => $1)
       ORDER BY queued_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING id, starts_with(source, 'replay:') AS "isReplayed"`,
    [idleSeconds, limit],
  );
  return rows.toSorted((a, b) => a.id - b.id);
}

/** Makes unrouted deliveries wait again, after a list was added; returns their ids. */
export async function reopenUnrouted(queryable: Queryable): Promise<number[]> {
  const { rows } = await queryable.query(
    `UPDATE patchloom.delivery SET outcome = NULL, queued_at = now()
     WHERE outcome = 'unrouted' RETURNING id`,
  );
  return rows.map((row) => row.id);
}

/** How many of a source's deliveries ended how; `waiting` have no outcome yet. */
export interface OutcomeCounts {
  readonly stored: number;
  readonly duplicate: number;
  readonly unrouted: number;
  readonly dead: number;
  /** Dead letters that an operator has given up. */
  readonly dropped: number;
  readonly waiting: number;
}

const outcomeCounts = `
  count(*) FILTER (WHERE outcome = 'stored') AS stored,
  count(*) FILTER (WHERE outcome = 'duplicate') AS duplicate,
  count(*) FILTER (WHERE outcome = 'unrouted') AS unrouted,
  count(*) FILTER (WHERE outcome = 'dead') AS dead,
  count(*) FILTER (WHERE outcome = 'dropped') AS dropped,
  count(*) FILTER (WHERE outcome IS NULL) AS waiting`;

/** Counts outcomes of the deliveries that came from `source`; null counts every source. */
export async function countOutcomes(
  database: Database,
  source: string | null,
): Promise<OutcomeCounts> {
  const { rows } = await database.query(
    `SELECT ${outcomeCounts} FROM patchloom.delivery WHERE $1::text IS NULL OR source = $1`,
    [source],
  );
  return rows[0];
}

/** Counts outcomes of the deliveries with these ids. */
export async function countOutcomesOf(
  database: Database,
  ids: readonly number[],
): Promise<OutcomeCounts> {
  const { rows } = await database.query({
    name: 'count-outcomes-of',
    text: `SELECT ${outcomeCounts} FROM patchloom.delivery WHERE id = ANY($1)`,
    values: [ids],
  });
  return rows[0];
}

/** The newest delivery's id; 0 where there is none. */
export async function newestDeliveryId(database: Database): Promise<number> {
  const { rows } = await database.query(
    'SELECT coalesce(max(id), 0) AS id FROM patchloom.delivery',
  );
  return rows[0].id;
}

/**
 * How many deliveries up to `lastId` without an outcome a replay must wait for: those of its archive, `name`, that it or
 * an earlier replay brought, and others that hold bytes which it brought too, from `firstId` on with one of `sources`.
 */
export async function countWaitingOfReplay(
  database: Database,
  replayed: {
    readonly name: string;
    readonly sources: readonly string[];
    readonly firstId: number | null;
    readonly lastId: number;
  },
): Promise<number> {
  const { rows } = await database.query(
    `SELECT count(*) AS count FROM patchloom.delivery waiting
     WHERE waiting.outcome IS NULL AND waiting.id <= $4 AND (
       waiting.source = $1 OR starts_with(waiting.source, $1 || '/') OR EXISTS (
         SELECT FROM patchloom.delivery own
         WHERE own.raw_message_id = waiting.raw_message_id AND own.source = ANY($2) AND own.id >= $3))`,
    [replayed.name, replayed.sources, replayed.firstId, replayed.lastId],
  );
  return rows[0].count;
}
