import type { Queryable } from './database.ts';
import { decodeBody } from './raw-body.ts';
import type { RawEncoding } from './raw-body.ts';

/** A message as it was received. */
export interface RawMessage {
  /** Hex. */
  readonly sha256: string;
  readonly raw: Buffer;
}

/** The message with these bytes, by their SHA-256 in hex; null when it never came. */
export async function loadRawMessage(
  queryable: Queryable,
  sha256: string,
): Promise<RawMessage | null> {
  const { rows } = await queryable.query<{ body: Buffer; encoding: RawEncoding }>(
    `SELECT body, encoding FROM patchloom.raw_message WHERE sha256 = decode($1, 'hex')`,
    [sha256],
  );
  const [row] = rows;
  return row === undefined ? null : { sha256, raw: decodeBody(row.body, row.encoding) };
}

/**
 * SHA-256 in hex of each raw message that is indexed under a message-id (with angle brackets): the message that came
 * first to a thread before others with the same id, one for each content, [] when none is indexed.
 */
export async function findRawSha256s(queryable: Queryable, messageId: string): Promise<string[]> {
  const { rows } = await queryable.query<{ sha256: string }>(
    `SELECT encode(r.sha256, 'hex') AS sha256
     FROM patchloom.message m JOIN patchloom.raw_message r ON r.id = m.raw_message_id
     WHERE m.thread_node_id IN (SELECT id FROM patchloom.thread_node WHERE message_id = $1)
     GROUP BY r.sha256 ORDER BY bool_or(m.is_first) DESC, r.sha256`,
    [messageId],
  );
  return rows.map(({ sha256 }) => sha256);
}
