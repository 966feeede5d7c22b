import type { Series } from '../series/build-series.ts';
import type { Transaction } from '../store/database.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import type { PlacedMessage, Placement, StoredMessage } from '../store/messages.ts';
import { drawSeriesIds, loadSeries, writeSeries } from '../store/series.ts';
import { placeMessages } from './place-messages.ts';
import type { Place } from './place-messages.ts';
import { keptSeriesIds, seriesChanges } from './reconcile-series.ts';

/**
 * Derives the places of all messages in reach, stored and new, and writes the series that changed.
 * Result: the placement of each message, to be written by the caller.
 */
export async function derivePlacements(
  transaction: Transaction,
  list: MailingList,
  region: readonly PlacedMessage[],
  newMessages: readonly StoredMessage[],
): Promise<Map<StoredMessage, Placement>> {
  const { placeOf, series } = placeMessages([
    ...region.map(({ message }) => message),
    ...newMessages,
  ]);
  const storedIds = new Map(region.map(({ message, placement }) => [message, placement.seriesId]));
  const storedSeries = await loadSeries(transaction, [
    ...new Set([...storedIds.values()].filter((id) => id !== null)),
  ]);
  const idOf = keptSeriesIds(series, storedSeries, (member) => storedIds.get(member) ?? null);
  const fresh = series.filter((one) => !idOf.has(one));
  const freshIds = await drawSeriesIds(transaction, fresh.length);
  for (const [index, one] of fresh.entries()) idOf.set(one, freshIds[index]!);
  await writeSeries(transaction, list.id, seriesChanges(series, storedSeries, idOf));
  return new Map([...placeOf].map(([message, place]) => [message, placementOf(place, idOf)]));
}

function placementOf(
  place: Place<StoredMessage>,
  seriesIdOf: ReadonlyMap<Series, number>,
): Placement {
  return {
    kind: place.kind,
    isFirst: place.isFirst,
    parent: place.parent?.id ?? null,
    target: place.target?.id ?? null,
    seriesId: place.series === null ? null : seriesIdOf.get(place.series)!,
    seriesNumber: place.membership?.number ?? null,
    rules: {
      parent: place.parentRule,
      target: place.targetRule,
      series: place.membership?.rule ?? null,
    },
  };
}
