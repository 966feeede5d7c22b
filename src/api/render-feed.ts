import { newestVersion } from '../http/api-version.ts';
import type { ApiRequest } from '../http/route.ts';
import { loadEventsByNumber } from '../store/api/events.ts';
import type { StoredEvent } from '../store/events.ts';
import type { ApiContext } from './api-context.ts';
import { eventAnswer } from './events.ts';

/**
 * Events as readers of the feed and receivers of webhooks get them: as the newest version of the API shows them, with
 * their number as "seq". `site` is where URLs begin.
 */
export async function renderFeed(
  { database, projects }: ApiContext,
  site: string,
  events: readonly StoredEvent[],
): Promise<object[]> {
  const rows = await loadEventsByNumber(
    database,
    events.map(({ seq }) => seq),
  );
  const known = await projects.load();
  const isNew = rows.some(({ listId }) => !known.has(listId));
  if (isNew) projects.forget();
  const all = isNew ? await projects.load() : known;
  const request = feedRequest(site);
  return rows.map((row) => {
    const { id: seq, ...answer } = eventAnswer(request, all, row);
    return { seq, ...answer };
  });
}

/** What URLs in payloads are made from. */
function feedRequest(site: string): ApiRequest {
  return {
    site,
    root: `${site}/api/${newestVersion}`,
    urlEnd: '',
    version: newestVersion,
    params: {},
    query: new Map(),
    caller: null,
    body: undefined,
    isForm: false,
    untilGone: () => new AbortController().signal,
  };
}
