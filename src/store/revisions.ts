import { maxSeriesPerKey } from '../series/revision-keys.ts';
import type { RevisionEvidence } from '../series/revision-evidence.ts';
import type { RevisionPatch } from '../series/revision-patches.ts';
import type { RevisionKind } from '../series/revision-predecessor.ts';
import { revisionSeries } from '../series/revision-series.ts';
import type { RevisionMember, RevisionSeries } from '../series/revision-series.ts';
import type { Queryable } from './database.ts';

/** A stored series as a possible revision of others. */
export interface StoredRevisionSeries extends RevisionSeries {
  readonly id: number;
}

/** The series with these ids as they are stored; one without members is not in the result. */
export async function loadRevisionSeries(
  queryable: Queryable,
  ids: readonly number[],
): Promise<StoredRevisionSeries[]> {
  if (ids.length === 0) return [];
  const { rows } = await queryable.query<MemberRow>({
    name: 'load-revision-series',
    text: selectMembers,
    values: [ids],
  });
  const members = new Map<number, MemberRow[]>();
  for (const row of rows) {
    const others = members.get(row.seriesId);
    if (others === undefined) members.set(row.seriesId, [row]);
    else others.push(row);
  }
  return [...members].map(([id, of]) => ({ id, ...revisionSeries(of[0]!, of.map(memberOf)) }));
}

/** Arrays are null where they are empty. */
type MemberRow = Omit<RevisionMember, 'answers' | 'paths' | 'changeIds' | 'supersedes'> & {
  readonly seriesId: number;
  readonly listId: string;
  readonly version: number;
  readonly total: number;
  readonly answers: readonly string[] | null;
  readonly commentedOn: string | null;
  readonly paths: readonly string[] | null;
  readonly changeIds: readonly string[] | null;
  readonly supersedes: readonly string[] | null;
};

/** Scalar subqueries instead of joins: they are looked up by index, however small the tables still are. */
const selectMembers = `
  SELECT m.series_id AS "seriesId", l.list_id AS "listId", s.version, s.total,
         m.series_number AS number, m.message_id AS "messageId",
         encode(m.content_key, 'hex') AS "contentKey", m.date, m.kind AS role, m.name, m.prefixes,
         m.number IS NOT NULL AS "isNumbered", m.submitter_name AS "submitterName",
         m.submitter_email AS "submitterEmail",
         encode(m.patch_id, 'hex') AS "patchId", encode(m.patchwork_hash, 'hex') AS hash,
         m.paths, m.change_ids AS "changeIds", m.supersedes,
         (SELECT array_agg(n.message_id ORDER BY n.message_id) FROM patchloom.thread_node n
          WHERE n.id = ANY (m.reference_nodes)) AS answers,
         (SELECT c.message_id FROM patchloom.message c WHERE c.id = (
            SELECT p.target FROM patchloom.message p WHERE p.id = m.parent)) AS "commentedOn"
  FROM patchloom.message m
  JOIN patchloom.series s ON s.id = m.series_id
  JOIN patchloom.mailing_list l ON l.id = s.mailing_list_id
  WHERE m.series_id = ANY($1) AND s.id = ANY($1)`;

function memberOf(row: MemberRow): RevisionMember {
  const { answers, commentedOn } = row;
  return {
    ...row,
    answers: commentedOn === null ? (answers ?? []) : [...(answers ?? []), commentedOn],
    paths: row.paths ?? [],
    changeIds: row.changeIds ?? [],
    supersedes: row.supersedes ?? [],
  };
}

/** What series have in common with others, and what decides which comes before. */
export interface SeriesKeys {
  readonly keys: readonly string[];
  readonly majorVersion: number;
}

/**
 * Makes `keysOf` the keys of the changed series; one that is not in it has none any more. Result: all series whose
 * candidates this may change: those that share a key with one of them, now or before, where few enough share it.
 */
export async function replaceRevisionKeys(
  queryable: Queryable,
  listId: number,
  changedIds: readonly number[],
  keysOf: ReadonlyMap<number, SeriesKeys>,
): Promise<number[]> {
  const keys = [...keysOf].flatMap(([seriesId, of]) =>
    of.keys.map((key) => ({ key, seriesId, majorVersion: of.majorVersion })),
  );
  const { rows } = await queryable.query<{ id: number }>({
    name: 'replace-revision-keys',
    text: replaceKeys,
    values: [
      listId,
      changedIds,
      keys.map(({ key }) => key),
      keys.map(({ seriesId }) => seriesId),
      maxSeriesPerKey,
      keys.map(({ majorVersion }) => majorVersion),
    ],
  });
  return rows.map((row) => row.id);
}

/**
 * The count of those that share a key is taken before and after: a key that just became too common, or is no longer,
 * changes all its sharers; else only those that a changed series can come before.
 */
const replaceKeys = `
  WITH old AS (
    SELECT key, series_id, major_version FROM patchloom.revision_key WHERE series_id = ANY($2)
  ), fresh AS (
    SELECT * FROM unnest($3::text[], $4::bigint[], $6::int[]) AS u (key, series_id, major_version)
  ), removed AS (
    DELETE FROM patchloom.revision_key
    WHERE series_id = ANY($2) AND (key, series_id) NOT IN (SELECT key, series_id FROM fresh)
  ), added AS (
    INSERT INTO patchloom.revision_key (mailing_list_id, key, series_id, major_version)
    SELECT $1, n.key, n.series_id, n.major_version FROM (SELECT * FROM fresh EXCEPT SELECT * FROM old) n
    ON CONFLICT (mailing_list_id, key, series_id) DO UPDATE SET major_version = excluded.major_version
  ), touched AS (
    SELECT key, sum(change)::int AS growth, min(major_version) AS lowest_major
    FROM (SELECT key, 1 AS change, major_version FROM fresh
          UNION ALL SELECT key, -1, major_version FROM old) c GROUP BY key
  )
  SELECT DISTINCT u.id
  FROM touched t
  CROSS JOIN LATERAL (
    SELECT array_agg(k.series_id) AS ids, array_agg(k.major_version) AS majors FROM (
      SELECT series_id, major_version FROM patchloom.revision_key
      WHERE mailing_list_id = $1 AND key = t.key LIMIT $5::int + 1 + greatest(0, -t.growth)
    ) k
  ) sharers
  CROSS JOIN LATERAL unnest(sharers.ids, sharers.majors) AS u (id, major)
  WHERE cardinality(sharers.ids) + least(0, t.growth) <= $5::int
    AND (u.major >= t.lowest_major OR cardinality(sharers.ids) + greatest(0, t.growth) > $5::int)`;

/** For each of these series those that share a key with it which is not too common. */
export async function loadRevisionCandidates(
  queryable: Queryable,
  listId: number,
  seriesIds: readonly number[],
): Promise<Map<number, readonly number[]>> {
  const { rows } = await queryable.query<{ id: number; candidates: number[] }>({
    name: 'load-revision-candidates',
    text: `SELECT own.series_id AS id, array_agg(DISTINCT c.id) AS candidates
           FROM patchloom.revision_key own
           CROSS JOIN LATERAL (
             SELECT array_agg(k.series_id) AS ids, array_agg(k.major_version) AS majors FROM (
               SELECT series_id, major_version FROM patchloom.revision_key
               WHERE mailing_list_id = $1 AND key = own.key LIMIT $3::int + 1
             ) k
           ) sharers
           CROSS JOIN LATERAL unnest(sharers.ids, sharers.majors) AS c (id, major)
           WHERE own.series_id = ANY($2::bigint[]) AND c.id <> own.series_id
             AND c.major <= own.major_version AND cardinality(sharers.ids) BETWEEN 2 AND $3::int
           GROUP BY own.series_id`,
    values: [listId, seriesIds, maxSeriesPerKey],
  });
  return new Map(rows.map((row) => [row.id, row.candidates]));
}

/** A stored revision. */
export interface RevisionRow {
  readonly seriesId: number;
  readonly predecessorId: number;
  readonly kind: RevisionKind;
  readonly score: number;
  readonly evidence: readonly RevisionEvidence[];
  readonly patches: readonly RevisionPatch[];
}

/**
 * Stored rows of these series and of all whose patches depend on theirs, successors over parts: the dependent ones.
 * Also those that are needed to know what a part carries: from `predecessorIds` and from all of them back over parts.
 * `partIds` are the series that are parts from now on, whatever is stored.
 */
export async function loadRevisionChains(
  queryable: Queryable,
  ids: {
    readonly seriesIds: readonly number[];
    readonly partIds: readonly number[];
    readonly predecessorIds: readonly number[];
  },
): Promise<{ rows: RevisionRow[]; dependentIds: Set<number> }> {
  const { rows } = await queryable.query<{ row: RevisionRow; isDependent: boolean }>({
    name: 'load-revision-chains',
    text: `WITH RECURSIVE later (id) AS (
             SELECT unnest($1::bigint[])
             UNION
             SELECT r.series_id
             FROM later
             JOIN patchloom.revision r ON r.predecessor_id = later.id
             WHERE later.id = ANY($2::bigint[]) OR 'partial' = (
               SELECT own.kind FROM patchloom.revision own WHERE own.series_id = later.id)
           ), needed (id) AS (
             (SELECT id FROM later UNION SELECT unnest($3::bigint[]))
             UNION
             SELECT r.predecessor_id
             FROM needed CROSS JOIN LATERAL (
               SELECT predecessor_id FROM patchloom.revision
               WHERE series_id = needed.id AND kind = 'partial' LIMIT 1
             ) r
           )
           SELECT json_build_object('seriesId', r.series_id, 'predecessorId', r.predecessor_id,
                    'kind', r.kind, 'score', r.score, 'evidence', r.evidence, 'patches', r.patches
                  ) AS row,
                  r.series_id IN (SELECT id FROM later) AS "isDependent"
           FROM patchloom.revision r WHERE r.series_id = ANY (ARRAY(SELECT id FROM needed))`,
    values: [ids.seriesIds, ids.partIds, ids.predecessorIds],
  });
  const dependent = rows.filter(({ isDependent }) => isDependent);
  return {
    rows: rows.map(({ row }) => row),
    dependentIds: new Set(dependent.map(({ row }) => row.seriesId)),
  };
}

/** Writes revisions, and removes those of series that have no predecessor any more. */
export async function writeRevisions(
  queryable: Queryable,
  changed: readonly RevisionRow[],
  removedSeriesIds: readonly number[],
): Promise<void> {
  if (removedSeriesIds.length > 0) {
    await queryable.query('DELETE FROM patchloom.revision WHERE series_id = ANY($1)', [
      removedSeriesIds,
    ]);
  }
  if (changed.length === 0) return;
  await queryable.query({
    name: 'write-revisions',
    text: `INSERT INTO patchloom.revision
           SELECT * FROM json_populate_recordset(NULL::patchloom.revision, $1)
           ON CONFLICT (series_id) DO UPDATE
           SET predecessor_id = excluded.predecessor_id, kind = excluded.kind,
               score = excluded.score, evidence = excluded.evidence, patches = excluded.patches`,
    values: [JSON.stringify(changed.map(revisionColumns))],
  });
}

function revisionColumns(row: RevisionRow): object {
  return {
    series_id: row.seriesId,
    predecessor_id: row.predecessorId,
    kind: row.kind,
    score: row.score,
    evidence: row.evidence,
    patches: row.patches,
  };
}
