import type { MessageRowId } from './stored-message.ts';
import type { Queryable } from './database.ts';

/** A series as it is stored. */
export interface SeriesRow {
  readonly id: number;
  readonly key: string;
  readonly name: string | null;
  readonly version: number;
  readonly total: number;
  readonly patchCount: number;
  readonly isComplete: boolean;
  readonly cover: MessageRowId | null;
  readonly submitterName: string | null;
  readonly submitterEmail: string | null;
  readonly date: string | null;
}

const seriesRowColumns = `id, key, name, version, total, patch_count AS "patchCount",
  is_complete AS "isComplete", cover, submitter_name AS "submitterName",
  submitter_email AS "submitterEmail", date`;

/** All series of a list. */
export async function loadListSeries(queryable: Queryable, listId: number): Promise<SeriesRow[]> {
  const { rows } = await queryable.query(
    `SELECT ${seriesRowColumns} FROM patchloom.series WHERE mailing_list_id = $1`,
    [listId],
  );
  return rows;
}

/** The stored series with these ids. */
export async function loadSeries(
  queryable: Queryable,
  ids: readonly number[],
): Promise<SeriesRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await queryable.query({
    name: 'load-series',
    text: `SELECT ${seriesRowColumns} FROM patchloom.series WHERE id = ANY($1)`,
    values: [ids],
  });
  return rows;
}

/** Draws `count` ids for new series. */
export async function drawSeriesIds(queryable: Queryable, count: number): Promise<number[]> {
  if (count === 0) return [];
  const { rows } = await queryable.query<{ id: number }>(
    `SELECT nextval('patchloom.series_id') AS id FROM generate_series(1, $1)`,
    [count],
  );
  return rows.map((row) => row.id);
}

/** What is to be written so that the stored series are as computed. */
export interface SeriesChanges {
  readonly inserted: readonly SeriesRow[];
  readonly updated: readonly SeriesRow[];
  /** Series that have no member any more; their keys and aliases go over to the one that took them, if any. */
  readonly dissolved: readonly { readonly id: number; readonly into: number | null }[];
  /** Keys that a series had before. */
  readonly aliases: readonly { readonly key: string; readonly seriesId: number }[];
}

/** Writes series, keeping ids; the keys may change places among them within one transaction. */
export async function writeSeries(
  queryable: Queryable,
  listId: number,
  changes: SeriesChanges,
): Promise<void> {
  await insertSeries(queryable, listId, changes.inserted);
  await dissolveSeries(queryable, changes.dissolved);
  await updateSeries(queryable, changes.updated);
  await insertAliases(queryable, listId, changes.aliases);
}

/** The person of the new row `n`; added with its messages, so always there. */
const submitterId = `(SELECT p.id FROM patchloom.person p
  WHERE lower(p.email) = lower(coalesce(n.submitter_email, '')))`;

async function insertSeries(
  queryable: Queryable,
  listId: number,
  rows: readonly SeriesRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await queryable.query({
    name: 'insert-series',
    text: `INSERT INTO patchloom.series
             (id, mailing_list_id, key, name, version, total, patch_count, is_complete, cover,
              submitter_name, submitter_email, date, public_id, submitter_id)
           SELECT n.id, n.mailing_list_id, n.key, n.name, n.version, n.total, n.patch_count,
             n.is_complete, n.cover, n.submitter_name, n.submitter_email, n.date,
             n.id, ${submitterId}
           FROM json_populate_recordset(NULL::patchloom.series, $1) n`,
    values: [JSON.stringify(rows.map((row) => seriesColumns(row, listId)))],
  });
}

async function updateSeries(queryable: Queryable, rows: readonly SeriesRow[]): Promise<void> {
  if (rows.length === 0) return;
  await queryable.query({
    name: 'update-series',
    text: `UPDATE patchloom.series s
           SET key = n.key, name = n.name, version = n.version, total = n.total,
               patch_count = n.patch_count, is_complete = n.is_complete, cover = n.cover,
               submitter_name = n.submitter_name, submitter_email = n.submitter_email, date = n.date,
               submitter_id = ${submitterId}
           FROM json_populate_recordset(NULL::patchloom.series, $1) n WHERE s.id = n.id`,
    values: [JSON.stringify(rows.map((row) => seriesColumns(row, null)))],
  });
}

function seriesColumns(row: SeriesRow, listId: number | null): object {
  return {
    id: row.id,
    mailing_list_id: listId,
    key: row.key,
    name: row.name,
    version: row.version,
    total: row.total,
    patch_count: row.patchCount,
    is_complete: row.isComplete,
    cover: row.cover,
    submitter_name: row.submitterName,
    submitter_email: row.submitterEmail,
    date: row.date,
  };
}

async function dissolveSeries(
  queryable: Queryable,
  dissolved: SeriesChanges['dissolved'],
): Promise<void> {
  if (dissolved.length === 0) return;
  await queryable.query(
    `UPDATE patchloom.series_alias a SET series_id = d.into_series
     FROM unnest($1::bigint[], $2::bigint[]) AS d (id, into_series)
     WHERE a.series_id = d.id AND d.into_series IS NOT NULL`,
    [dissolved.map(({ id }) => id), dissolved.map(({ into }) => into)],
  );
  await queryable.query(
    `WITH passed_on AS (
       UPDATE patchloom.series_redirect r SET series_id = d.into_series
       FROM unnest($1::bigint[], $2::bigint[]) AS d (id, into_series)
       WHERE r.series_id = d.id)
     INSERT INTO patchloom.series_redirect (former_id, former_public_id, series_id)
     SELECT s.id, s.public_id, d.into_series
     FROM unnest($1::bigint[], $2::bigint[]) AS d (id, into_series)
     JOIN patchloom.series s ON s.id = d.id`,
    [dissolved.map(({ id }) => id), dissolved.map(({ into }) => into)],
  );
  await queryable.query('DELETE FROM patchloom.series WHERE id = ANY($1)', [
    dissolved.map(({ id }) => id),
  ]);
}

async function insertAliases(
  queryable: Queryable,
  listId: number,
  aliases: SeriesChanges['aliases'],
): Promise<void> {
  if (aliases.length === 0) return;
  await queryable.query(
    `INSERT INTO patchloom.series_alias (mailing_list_id, key, series_id)
     SELECT $1, u.key, u.series_id FROM unnest($2::text[], $3::bigint[]) AS u (key, series_id)
     ON CONFLICT (mailing_list_id, key) DO UPDATE SET series_id = excluded.series_id`,
    [listId, aliases.map((alias) => alias.key), aliases.map((alias) => alias.seriesId)],
  );
}
