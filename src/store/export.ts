import { inTransaction } from './database.ts';
import type { Database } from './database.ts';

/** One line of the canonical result; null where absent. */
export interface ExportedMessage {
  readonly list_id: string;
  readonly message_id: string;
  readonly kind: string;
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly version: number;
  readonly number: number | null;
  readonly total: number | null;
  readonly is_reply: boolean;
  readonly parent: string | null;
  /** Message-id of the thread's first message in the total order. */
  readonly thread: string;
  /** Key of the series; null for what is in none. */
  readonly series: string | null;
  readonly series_name: string | null;
  readonly series_complete: boolean | null;
  readonly hash: string | null;
  readonly patch_id: string | null;
  readonly pull_url: string | null;
  readonly submitter_name: string | null;
  readonly submitter_email: string | null;
  readonly date: string | null;
}

const rowsPerFetch = 1_000;

/**
 * Every message of one list, or of all (null), ordered by list and message-id: the same lines for the same set of
 * messages, however they came. Read through a cursor in one snapshot, so memory stays flat.
 */
export async function exportMessages(
  database: Database,
  listId: string | null,
  write: (messages: readonly ExportedMessage[]) => Promise<void>,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    await transaction.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await transaction.query(`DECLARE exported NO SCROLL CURSOR FOR ${selectExported}`, [listId]);
    for (;;) {
      const { rows } = await transaction.query<ExportedMessage>(
        `FETCH ${rowsPerFetch} FROM exported`,
      );
      if (rows.length === 0) return;
      await write(rows);
    }
  });
}

const selectExported = `
  SELECT
    l.list_id,
    m.message_id,
    m.kind,
    m.name,
    m.prefixes,
    m.version,
    m.number,
    m.total,
    m.is_reply,
    p.message_id AS parent,
    first_value(m.message_id) OVER (
      PARTITION BY m.thread_id ORDER BY m.date NULLS LAST, m.message_id, m.content_key) AS thread,
    s.key AS series,
    s.name AS series_name,
    s.is_complete AS series_complete,
    encode(m.patchwork_hash, 'hex') AS hash,
    encode(m.patch_id, 'hex') AS patch_id,
    m.pull_url,
    m.submitter_name,
    m.submitter_email,
    m.date
  FROM patchloom.message m
  JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
  LEFT JOIN patchloom.message p ON p.id = m.parent
  LEFT JOIN patchloom.series s ON s.id = m.series_id
  WHERE $1::text IS NULL OR l.list_id = $1
  ORDER BY l.list_id, m.message_id, m.content_key`;
