import { invalidFields } from '../http/api-error.ts';
import { lastValue } from '../http/query-parameters.ts';
import type { QueryParameters } from '../http/query-parameters.ts';
import type { PlainRoute } from '../http/route.ts';
import { eventCategories } from '../store/append-events.ts';
import type { EventSignal } from '../store/event-signal.ts';
import { loadEvents } from '../store/events.ts';
import type { EventSelection, FeedPart } from '../store/events.ts';
import type { ApiContext } from './api-context.ts';
import { projectId } from './filters.ts';
import { renderFeed } from './render-feed.ts';

const defaultLimit = 100;
const maxLimit = 1_000;
const maxWaitSeconds = 60;

/**
 * GET /feed?after=N&limit=&wait=&category=&project=: the events after number N as JSON Lines, by number. With `wait`,
 * in seconds, an answer without events waits for the first. Header Patchloom-Next says what `after` to ask for next.
 */
export function feedRoute(context: ApiContext, signal: EventSignal): PlainRoute {
  return {
    path: '/feed',
    async run(request) {
      const { site, query } = request;
      const selection = await requestedEvents(context, query);
      const waitMs = 1000 * (wholeNumber(query, 'wait', maxWaitSeconds) ?? 0);
      const part = await nextPart(context, signal, selection, waitMs, request.untilGone());
      const lines = await renderFeed(context, site, part.events);
      return {
        status: 200,
        headers: {
          'Content-Type': 'application/x-ndjson',
          'Cache-Control': 'no-store',
          'Patchloom-Next': String(part.next),
        },
        body: Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
      };
    },
  };
}

async function requestedEvents(
  context: ApiContext,
  query: QueryParameters,
): Promise<EventSelection> {
  return {
    after: wholeNumber(query, 'after', Number.MAX_SAFE_INTEGER) ?? 0,
    limit: requestedLimit(query),
    categories: requestedCategories(query),
    listIds: await requestedLists(context, query),
  };
}

function requestedLimit(query: QueryParameters): number {
  const limit = wholeNumber(query, 'limit', maxLimit) ?? defaultLimit;
  if (limit > 0) return limit;
  throw invalidFields({ limit: ['Ensure this value is greater than or equal to 1.'] });
}

/** Unlike the API's filters, one that means nothing is an error: a reader would wait for ever. */
function requestedCategories(query: QueryParameters): readonly string[] | null {
  const given = query.get('category') ?? null;
  const unknown = given?.find((name) => !eventCategories.some((known) => known === name));
  if (unknown === undefined) return given;
  const expected = eventCategories.join(', ');
  throw invalidFields({
    category: [`Invalid category ${unknown}. Expected one of: ${expected}.`],
  });
}

async function requestedLists(
  context: ApiContext,
  query: QueryParameters,
): Promise<readonly number[] | null> {
  const given = query.get('project') ?? null;
  if (given === null) return null;
  const idOf = projectId(await context.projects.load());
  return given.map((name) => {
    const id = idOf(name);
    if (id === null) throw invalidFields({ project: [`There is no project ${name}.`] });
    return id;
  });
}

/** A whole number from 0, at most `max`; null when it is not given. Throws 400 for anything else. */
function wholeNumber(query: QueryParameters, name: string, max: number): number | null {
  const text = lastValue(query, name);
  if (text === null) return null;
  if (!/^[0-9]{1,16}$/.test(text))
    throw invalidFields({ [name]: ['A valid integer is required.'] });
  return Math.min(Number(text), max);
}

async function nextPart(
  { database }: ApiContext,
  signal: EventSignal,
  selection: EventSelection,
  waitMs: number,
  gone: AbortSignal,
): Promise<FeedPart> {
  const endAt = performance.now() + waitMs;
  let part = await loadEvents(database, selection);
  while (part.events.length === 0 && !gone.aborted) {
    const leftMs = endAt - performance.now();
    if (leftMs <= 0) break;
    await signal.waitPast(part.next, leftMs, gone);
    part = await loadEvents(database, { ...selection, after: part.next });
  }
  return part;
}
