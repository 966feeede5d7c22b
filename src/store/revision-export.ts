import type { RangeDiffPair, RangeDiffSide } from '../patch/range-diff.ts';
import { nameAfterPrefixes } from '../series/revision-title.ts';
import type { RevisionEvidence } from '../series/revision-evidence.ts';
import { inTransaction } from './database.ts';
import type { Database } from './database.ts';

/** One series of view api.revision; null where absent. */
export interface ExportedRevision {
  readonly list_id: string;
  /** Key of the series. */
  readonly series: string;
  readonly series_name: string | null;
  readonly version: number;
  readonly predecessor: string | null;
  readonly kind: 'revision' | 'partial' | 'resend' | null;
  readonly score: number | null;
  readonly evidence: readonly RevisionEvidence[];
  readonly superseded_by: string | null;
  readonly patches: readonly {
    readonly number: number;
    /** null for a patch that was dropped. */
    readonly message_id: string | null;
    /** What it was in the predecessor; null for an added one. */
    readonly pairs_with: string | null;
    /** null in a series without predecessor. */
    readonly change: '=' | '!' | '<' | '>' | null;
    readonly carried: boolean;
  }[];
}

const rowsPerFetch = 1_000;

/** Every series of one list, or of all (null), ordered by list and key: the same for the same set of messages. */
export async function exportRevisions(
  database: Database,
  listId: string | null,
  write: (revisions: readonly ExportedRevision[]) => Promise<void>,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    await transaction.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await transaction.query(`DECLARE exported NO SCROLL CURSOR FOR ${selectRevisions}`, [listId]);
    for (;;) {
      const { rows } = await transaction.query<ExportedRevision>(
        `FETCH ${rowsPerFetch} FROM exported`,
      );
      if (rows.length === 0) return;
      await write(rows);
    }
  });
}

const selectRevisions = `
  SELECT list_id, series, series_name, version, predecessor, kind, score, evidence, superseded_by,
         patches
  FROM api.revision
  WHERE $1::text IS NULL OR list_id = $1
  ORDER BY list_id, series`;

/**
 * The patches of a series beside those of its predecessor, with their diffs. null when no list (or not the one named)
 * has a series with this key, now or before, that has a predecessor; of several lists the first by name counts.
 */
export async function loadRangeDiff(
  database: Database,
  listId: string | null,
  key: string,
): Promise<RangeDiffPair[] | null> {
  const { rows } = await database.query<PairRow>(selectPairs, [listId, key]);
  return rows.length === 0
    ? null
    : rows.map(({ change, older, newer }) => ({
        change,
        older: sideOf(older),
        newer: sideOf(newer),
      }));
}

interface PairRow {
  readonly change: RangeDiffPair['change'];
  readonly older: StoredSide | null;
  readonly newer: StoredSide | null;
}

interface StoredSide {
  readonly number: number;
  readonly name: string;
  readonly diff: string | null;
}

function sideOf(side: StoredSide | null): RangeDiffSide | null {
  if (side === null) return null;
  return { number: side.number, title: nameAfterPrefixes(side.name), diff: side.diff };
}

const selectPairs = `
  WITH found AS (
    SELECT s.id, s.mailing_list_id, r.patches
    FROM patchloom.series s
    JOIN patchloom.mailing_list l ON l.id = s.mailing_list_id
    JOIN patchloom.revision r ON r.series_id = s.id
    LEFT JOIN patchloom.series_alias a ON a.series_id = s.id AND a.key = $2
    WHERE ($1::text IS NULL OR l.list_id = $1) AND (s.key = $2 OR a.key IS NOT NULL)
    ORDER BY s.key = $2 DESC, l.list_id
    LIMIT 1
  ), pair AS (
    SELECT f.mailing_list_id, u.place, u.e->>'change' AS change,
           u.e->>'messageId' AS newer, u.e->>'pairsWith' AS older
    FROM found f, jsonb_array_elements(f.patches) WITH ORDINALITY AS u (e, place)
  ), side AS (
    SELECT m.message_id, json_build_object(
             'number', m.series_number, 'name', m.name, 'diff', t.diff) AS side
    FROM patchloom.message m JOIN patchloom.message_text t ON t.id = m.id
    WHERE m.is_first AND m.mailing_list_id = (SELECT mailing_list_id FROM found)
      AND m.message_id IN (SELECT newer FROM pair UNION SELECT older FROM pair)
  )
  SELECT p.change, older.side AS older, newer.side AS newer
  FROM pair p
  LEFT JOIN side older ON older.message_id = p.older
  LEFT JOIN side newer ON newer.message_id = p.newer
  ORDER BY p.place`;
