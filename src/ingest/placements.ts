import { isDeepStrictEqual } from 'node:util';
import type {
  MessageKind,
  PlacedMessage,
  Placement,
  StoredMessage,
} from '../store/stored-message.ts';
import type { Series } from '../series/build-series.ts';
import type { Submission } from '../series/submission.ts';
import type { MessagePool } from './message-pool.ts';
import type { Place } from './place-messages.ts';
import type { SeriesPlaces } from './place-in-series.ts';
import type { ThreadPlace, ThreadPlaces } from './place-in-threads.ts';

/** The whole place of each message that threads or series have a say on; what one of them leaves open stays as stored. */
export function placements(
  pool: MessagePool,
  inThreads: ThreadPlaces,
  inSeries: SeriesPlaces,
): Map<StoredMessage, Placement> {
  const messages = new Set([...inThreads.keys(), ...inSeries.keys()]);
  return new Map(
    [...messages].map((message) => {
      const former = pool.placementOf(message);
      const thread = inThreads.get(message);
      const inThread = thread === undefined ? former! : threadColumns(message, thread);
      return [message, { ...inThread, ...seriesColumns(message, inThread, inSeries) }];
    }),
  );
}

/** The placement that a place derived from the whole list comes to; `seriesIdOf` has the ids of its series. */
export function placementOf(
  place: Place<StoredMessage>,
  seriesIdOf: ReadonlyMap<Series<StoredMessage & Submission>, number>,
): Placement {
  return {
    kind: place.kind,
    isFirst: place.isFirst,
    parent: place.parent?.id ?? null,
    target: place.target?.id ?? null,
    rules: {
      parent: place.parentRule,
      target: place.targetRule,
      series: place.membership?.rule ?? null,
    },
    seriesId: place.series === null ? null : seriesIdOf.get(place.series)!,
    seriesNumber: place.membership?.number ?? null,
  };
}

/** Those of `placed` that are stored and differ from it. */
export function changedPlacements(
  pool: MessagePool,
  placed: ReadonlyMap<StoredMessage, Placement>,
): PlacedMessage[] {
  return [...placed]
    .filter(([message, placement]) => {
      const former = pool.placementOf(message);
      return former !== null && !isDeepStrictEqual(former, placement);
    })
    .map(([message, placement]) => ({ message, placement }));
}

type ThreadColumns = Omit<Placement, 'seriesId' | 'seriesNumber'>;

function threadColumns(message: StoredMessage, place: ThreadPlace): ThreadColumns {
  return {
    kind: kindOf(message, place),
    isFirst: place.isFirst,
    parent: place.parent?.id ?? null,
    target: place.target?.id ?? null,
    rules: { parent: place.parentRule, target: place.targetRule, series: null },
  };
}

function kindOf(message: StoredMessage, place: ThreadPlace): MessageKind {
  if (message.role !== 'discussion') return message.role;
  return place.target === null ? 'other' : 'comment';
}

function seriesColumns(
  message: StoredMessage,
  { rules }: ThreadColumns,
  inSeries: SeriesPlaces,
): Pick<Placement, 'seriesId' | 'seriesNumber' | 'rules'> {
  const place = inSeries.get(message);
  return {
    seriesId: place?.seriesId ?? null,
    seriesNumber: place?.membership?.number ?? null,
    rules: { ...rules, series: place?.membership?.rule ?? null },
  };
}
