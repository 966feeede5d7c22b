import { isDeepStrictEqual } from 'node:util';
import type { Submission } from '../series/submission.ts';
import type { StoredMessage } from '../store/stored-message.ts';
import type { Series } from '../series/build-series.ts';
import type { SeriesChanges, SeriesRow } from '../store/series.ts';

/**
 * The stored series that each computed one continues: the one whose key it holds, else the oldest of its members'.
 * `storedIdOf` tells the series a member is in now. A computed series that is new is not in the result.
 */
export function keptSeriesIds(
  computed: readonly StoredSeries[],
  stored: readonly SeriesRow[],
  storedIdOf: (member: StoredSubmission) => number | null,
): Map<StoredSeries, number> {
  const claims = claimsByKey(computed, stored);
  const kept = new Map<StoredSeries, number>();
  const taken = new Set<number>();
  for (const series of computed) {
    const id = formerId(series, claims, taken, storedIdOf);
    if (id === null) continue;
    kept.set(series, id);
    taken.add(id);
  }
  return kept;
}

/** For each stored series, the computed one that now holds the message its key names. */
function claimsByKey(
  computed: readonly StoredSeries[],
  stored: readonly SeriesRow[],
): Map<number, StoredSeries> {
  const holder = new Map<string, StoredSeries>();
  for (const series of computed) {
    for (const { submission } of series.members) holder.set(submission.messageId, series);
  }
  const claims = new Map<number, StoredSeries>();
  for (const row of stored) {
    const series = holder.get(row.key);
    if (series !== undefined) claims.set(row.id, series);
  }
  return claims;
}

function formerId(
  series: StoredSeries,
  claims: ReadonlyMap<number, StoredSeries>,
  taken: ReadonlySet<number>,
  storedIdOf: (member: StoredSubmission) => number | null,
): number | null {
  const ids = new Set(series.members.map(({ submission }) => storedIdOf(submission)));
  const former = [...ids].filter((id) => id !== null);
  const held = former.filter((id) => claims.get(id) === series);
  const free = former.filter((id) => !claims.has(id) && !taken.has(id));
  const [oldest] = (held.length > 0 ? held : free).toSorted((a, b) => a - b);
  return oldest ?? null;
}

type StoredSubmission = StoredMessage & Submission;
type StoredSeries = Series<StoredSubmission>;

/** What must be written so that the stored series are as computed; `idOf` knows every computed one. */
export function seriesChanges(
  computed: readonly StoredSeries[],
  stored: readonly SeriesRow[],
  idOf: ReadonlyMap<StoredSeries, number>,
): SeriesChanges {
  const claims = claimsByKey(computed, stored);
  const storedById = new Map(stored.map((row) => [row.id, row]));
  const rows = computed.map((series) => seriesRow(series, idOf.get(series)!));
  const live = new Set(rows.map((row) => row.id));
  const dissolved = stored
    .filter((row) => !live.has(row.id))
    .map((row) => ({ row, into: seriesIdThatTook(row, claims, idOf) }));
  const rekeyed = rows.flatMap((row) => {
    const former = storedById.get(row.id);
    return former === undefined || former.key === row.key
      ? []
      : [{ key: former.key, seriesId: row.id }];
  });
  const absorbed = dissolved.flatMap(({ row, into }) =>
    into === null ? [] : [{ key: row.key, seriesId: into }],
  );
  return {
    inserted: rows.filter((row) => !storedById.has(row.id)),
    updated: rows.filter((row) => {
      const former = storedById.get(row.id);
      return former !== undefined && !isDeepStrictEqual(row, former);
    }),
    dissolved: dissolved.map(({ row, into }) => ({ id: row.id, into })),
    aliases: [...rekeyed, ...absorbed],
  };
}

function seriesIdThatTook(
  row: SeriesRow,
  claims: ReadonlyMap<number, StoredSeries>,
  idOf: ReadonlyMap<StoredSeries, number>,
): number | null {
  const series = claims.get(row.id);
  return series === undefined ? null : (idOf.get(series) ?? null);
}

function seriesRow(series: StoredSeries, id: number): SeriesRow {
  const lead = series.lead;
  return {
    id,
    key: series.key,
    name: series.name,
    version: series.version,
    total: series.total,
    patchCount: series.members.filter(({ number }) => number > 0).length,
    isComplete: series.isComplete,
    cover: series.cover === null ? null : series.cover.id,
    submitterName: lead.submitterName,
    submitterEmail: lead.submitterEmail,
    date: lead.date,
  };
}
