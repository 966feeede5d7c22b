import type { Database, Queryable } from './database.ts';
import type { DeadLetterStage } from './deliveries.ts';
import { decodeBeginning } from './raw-body.ts';
import type { RawEncoding } from './raw-body.ts';

/** A delivery that could not be indexed. */
export interface DeadLetter {
  readonly deliveryId: number;
  /** "smtp", "replay:ltp.mbox" */
  readonly source: string;
  /** Octet offset in the unpacked archive; null for live mail. */
  readonly position: number | null;
  readonly envelopeFrom: string | null;
  readonly envelopeTo: readonly string[] | null;
  readonly peer: string | null;
  readonly receivedAt: string;
  readonly diedAt: string;
  readonly stage: DeadLetterStage;
  readonly reason: string;
  /** Given up by an operator. */
  readonly isDropped: boolean;
  /** Of the raw bytes, hex. */
  readonly sha256: string;
  readonly byteCount: number;
  /** The first octets of the message; empty when they cannot be unpacked. */
  readonly beginning: Buffer;
}

/** Enough for the header of nearly every message. */
const beginningBytes = 16_384;

const selectDeadLetters = `
  SELECT d.id AS "deliveryId", d.source, d.position, d.envelope_from AS "envelopeFrom",
         d.envelope_to AS "envelopeTo", d.peer, d.received_at AS "receivedAt", l.died_at AS "diedAt",
         l.stage, l.reason, d.outcome = 'dropped' AS "isDropped", encode(r.sha256, 'hex') AS sha256,
         r.byte_count AS "byteCount", r.encoding, substring(r.body FROM 1 FOR ${beginningBytes}) AS body
  FROM patchloom.delivery d
  JOIN patchloom.dead_letter l ON l.delivery_id = d.id
  JOIN patchloom.raw_message r ON r.id = d.raw_message_id`;

/** All dead letters that nobody has dropped, the oldest first. */
export async function loadDeadLetters(queryable: Queryable): Promise<DeadLetter[]> {
  const { rows } = await queryable.query(
    `${selectDeadLetters} WHERE d.outcome = 'dead' ORDER BY d.id`,
  );
  return rows.map(deadLetter);
}

/** The dead letter of a delivery, dropped ones included; null when there is none. */
export async function loadDeadLetter(
  queryable: Queryable,
  deliveryId: number,
): Promise<DeadLetter | null> {
  const { rows } = await queryable.query(
    `${selectDeadLetters} WHERE d.id = $1 AND d.outcome IN ('dead', 'dropped')`,
    [deliveryId],
  );
  return rows[0] === undefined ? null : deadLetter(rows[0]);
}

interface DeadLetterRow extends Omit<DeadLetter, 'beginning'> {
  readonly encoding: RawEncoding;
  readonly body: Buffer;
}

function deadLetter({ encoding, body, ...row }: DeadLetterRow): DeadLetter {
  return { ...row, beginning: decodeBeginning(body, encoding) };
}

/** Makes dead letters wait again with a clean record, dropped ones too; returns the ids of those that were dead. */
export async function reviveDeadLetters(
  database: Database,
  deliveryIds: readonly number[],
): Promise<number[]> {
  const { rows } = await database.query<{ id: number }>(
    `WITH revived AS (
       UPDATE patchloom.delivery
       SET outcome = NULL, queued_at = now(), unfinished_parse_count = 0, failure_count = 0
       WHERE id = ANY($1) AND outcome IN ('dead', 'dropped') RETURNING id),
     forgotten AS (
       DELETE FROM patchloom.dead_letter WHERE delivery_id IN (SELECT id FROM revived))
     SELECT id FROM revived ORDER BY id`,
    [deliveryIds],
  );
  return rows.map(({ id }) => id);
}

/** Marks dead letters as given up; their bytes and the reason stay. Returns the ids of those that were dead. */
export async function dropDeadLetters(
  database: Database,
  deliveryIds: readonly number[],
): Promise<number[]> {
  const { rows } = await database.query<{ id: number }>(
    `UPDATE patchloom.delivery SET outcome = 'dropped'
     WHERE id = ANY($1) AND outcome = 'dead' RETURNING id`,
    [deliveryIds],
  );
  return rows.map(({ id }) => id).toSorted((a, b) => a - b);
}
