import { placeMessages } from '../../src/ingest/place-messages.ts';
import type { Place } from '../../src/ingest/place-messages.ts';
import type { Series } from '../../src/series/build-series.ts';
import type { Placeable } from '../../src/series/submission.ts';

/** What placeMessages makes of messages, as text that is the same for the same result. */
export function canonicalPlaces(messages: readonly Placeable[]): string {
  const { placeOf, series } = placeMessages(messages);
  const lines = [...placeOf].map(([message, place]) => canonicalPlace(message, place)).toSorted();
  return [...lines, ...series.map(canonicalSeries).toSorted()].join('\n');
}

/** One line for a message: its identity, then its place. */
export function canonicalPlace<M extends Placeable>(message: M, place: Place<M>): string {
  return JSON.stringify([
    identityOf(message),
    place.kind,
    place.isFirst,
    place.parent && identityOf(place.parent),
    place.parentRule,
    place.target && identityOf(place.target),
    place.targetRule,
    place.series && place.series.key,
    place.membership && [place.membership.number, place.membership.rule, place.membership.evidence],
  ]);
}

export function canonicalSeries(series: Series): string {
  const { key, name, version, total, isComplete, cover, lead, members } = series;
  return JSON.stringify([
    [key, name, version, total, isComplete, cover && identityOf(cover), identityOf(lead)],
    members.map(({ submission, number, rule, evidence }) => [
      identityOf(submission),
      number,
      rule,
      evidence,
    ]),
  ]);
}

function identityOf({ messageId, contentKey }: Placeable): string {
  return `${messageId} ${contentKey}`;
}
