import { isDeepStrictEqual } from 'node:util';
import type { Supersession } from '../review/mail-events.ts';
import { revisionKeys } from '../series/revision-keys.ts';
import { revisionPatches } from '../series/revision-patches.ts';
import type { RevisionLink } from '../series/revision-patches.ts';
import { predecessorOf } from '../series/revision-predecessor.ts';
import type { Transaction } from '../store/database.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import type { PlacedMessage, Placement, StoredMessage } from '../store/stored-message.ts';
import {
  loadRevisionCandidates,
  loadRevisionChains,
  loadRevisionSeries,
  replaceRevisionKeys,
  writeRevisions,
} from '../store/revisions.ts';
import type { RevisionRow, StoredRevisionSeries } from '../store/revisions.ts';

/**
 * Derives the predecessors of all series that a batch can touch, and writes what changed. `changedSeriesIds` are the
 * series that got or lost a member, or that answer a comment whose target changed; dissolved ones included.
 * All other tables must be written already. What is stored afterwards depends on the set of series alone.
 * Returns which series have a newer version that they had not before.
 */
export async function deriveRevisions(
  transaction: Transaction,
  list: MailingList,
  changedSeriesIds: readonly number[],
): Promise<Supersession[]> {
  if (changedSeriesIds.length === 0) return [];
  const known: KnownSeries = new Map();
  await loadUnknown(transaction, known, changedSeriesIds);
  const keysOf = new Map(
    [...known.values()].map((series) => [
      series.id,
      { keys: revisionKeys(series), majorVersion: series.version.major },
    ]),
  );
  const sharers = await replaceRevisionKeys(transaction, list.id, changedSeriesIds, keysOf);
  const affected = [...new Set([...keysOf.keys(), ...sharers])];
  const candidatesOf = await loadRevisionCandidates(transaction, list.id, affected);
  await loadUnknown(transaction, known, [...affected, ...[...candidatesOf.values()].flat()]);
  const live = affected.filter((id) => known.has(id));
  const derived = derivePredecessors(live, candidatesOf, known);
  return writeDifference(transaction, known, live, derived);
}

type KnownSeries = Map<number, StoredRevisionSeries>;

/** A revision whose patches are not paired yet. */
type UnpairedRow = Omit<RevisionRow, 'patches'>;

async function loadUnknown(
  transaction: Transaction,
  known: KnownSeries,
  ids: readonly number[],
): Promise<void> {
  const unknown = new Set(ids.filter((id) => !known.has(id)));
  for (const series of await loadRevisionSeries(transaction, [...unknown])) {
    known.set(series.id, series);
  }
}

function derivePredecessors(
  seriesIds: readonly number[],
  candidatesOf: ReadonlyMap<number, readonly number[]>,
  known: KnownSeries,
): Map<number, UnpairedRow> {
  const derived = new Map<number, UnpairedRow>();
  for (const seriesId of seriesIds) {
    const candidates = (candidatesOf.get(seriesId) ?? []).flatMap((id) => known.get(id) ?? []);
    const found = predecessorOf(known.get(seriesId)!, candidates);
    if (found === null) continue;
    const { series, kind, score, evidence } = found;
    derived.set(seriesId, { seriesId, predecessorId: series.id, kind, score, evidence });
  }
  return derived;
}

async function writeDifference(
  transaction: Transaction,
  known: KnownSeries,
  seriesIds: readonly number[],
  derived: ReadonlyMap<number, UnpairedRow>,
): Promise<Supersession[]> {
  const rows = [...derived.values()];
  const { rows: stored, dependentIds } = await loadRevisionChains(transaction, {
    seriesIds,
    partIds: rows.filter(({ kind }) => kind === 'partial').map(({ seriesId }) => seriesId),
    predecessorIds: rows.map(({ predecessorId }) => predecessorId),
  });
  const storedOf = new Map(stored.map((row) => [row.seriesId, row]));
  const isDerived = new Set(seriesIds);
  const rowOf = (id: number): UnpairedRow | null =>
    (isDerived.has(id) ? derived.get(id) : storedOf.get(id)) ?? null;
  await loadUnknown(
    transaction,
    known,
    stored.flatMap(({ seriesId, predecessorId }) => [seriesId, predecessorId]),
  );
  const current = [...new Set([...derived.keys(), ...dependentIds])].flatMap((id) => {
    const row = rowOf(id);
    return row === null ? [] : [{ ...row, patches: revisionPatches(chainOf(id, rowOf, known)) }];
  });
  await writeRevisions(
    transaction,
    current.filter((row) => !isDeepStrictEqual(row, storedOf.get(row.seriesId))),
    seriesIds.filter((id) => storedOf.has(id) && !derived.has(id)),
  );
  return rows
    .filter((row) => storedOf.get(row.seriesId)?.predecessorId !== row.predecessorId)
    .map(({ seriesId: by, predecessorId: seriesId, kind }) => ({ seriesId, by, kind }));
}

/** A series, its predecessor, and what that one leaves as it was, as far back as parts go. */
function chainOf(
  id: number,
  rowOf: (id: number) => UnpairedRow | null,
  known: KnownSeries,
): RevisionLink[] {
  const chain: RevisionLink[] = [];
  for (let next: number | null = id; next !== null;) {
    const row = rowOf(next);
    chain.push({ series: known.get(next)!, kind: row?.kind ?? null });
    next =
      row !== null && (chain.length === 1 || row.kind === 'partial') ? row.predecessorId : null;
  }
  return chain;
}

/**
 * The series whose revisions must be derived anew after a batch: those that a new or moved message is or was in, and
 * those with a member that answers one (a comment that found its target tells what they answer). `moved` holds stored
 * messages with the places that they had before.
 */
export function seriesToRevise(
  moved: readonly PlacedMessage[],
  newMessages: readonly StoredMessage[],
  placed: ReadonlyMap<StoredMessage, Placement>,
): number[] {
  const touched = new Set<number>([
    ...moved.map(({ message }) => message.id),
    ...newMessages.map(({ id }) => id),
  ]);
  const seriesIds = new Set(moved.map(({ placement }) => placement.seriesId));
  for (const [{ id }, { parent, seriesId }] of placed) {
    if (touched.has(id) || (parent !== null && touched.has(parent))) seriesIds.add(seriesId);
  }
  return [...seriesIds].filter((id) => id !== null);
}
