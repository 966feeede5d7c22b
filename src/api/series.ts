import { seriesFields } from '../http/answer-fields.ts';
import { MovedError, notFound } from '../http/api-error.ts';
import { isPartOf } from '../http/api-version.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import { naiveTime } from '../review/naive-time.ts';
import { seriesMboxPath, seriesPath } from '../review/site-paths.ts';
import {
  countSeries,
  findSurvivor,
  isSeriesCountKept,
  loadSeries,
  loadSeriesList,
  seriesOrderNames,
} from '../store/api/series.ts';
import type { SeriesFilter, SeriesRow } from '../store/api/series.ts';
import type { ApiContext, Projects } from './api-context.ts';
import {
  apiUrl,
  embeddedCoverAnswer,
  embeddedPatchAnswer,
  personAnswer,
  projectAnswer,
  projectOf,
} from './embedded.ts';
import {
  dateRange,
  filterValues,
  isPossible,
  projectId,
  rowNumber,
  searchWords,
} from './filters.ts';
import { emptyPage, listPage, requestedOrder } from './list-page.ts';
import { submitterFilter } from './people-filters.ts';

/** /series/ and /series/ID/ */
export function seriesRoutes(context: ApiContext): ApiRoute[] {
  return [
    {
      path: '/series/',
      title: 'Series List',
      operations: {
        GET: {
          kind: 'list',
          fields: seriesFields,
          run: (request) => seriesList(context, request),
        },
      },
    },
    {
      path: '/series/:id/',
      title: 'Series Detail',
      operations: {
        GET: {
          kind: 'object',
          fields: seriesFields,
          run: (request) => seriesDetail(context, request),
        },
      },
    },
  ];
}

async function seriesList(context: ApiContext, request: ApiRequest): Promise<Page> {
  const projects = await context.projects.load();
  const filter = await seriesFilter(context, request, projects);
  if (filter === null) return emptyPage(request);
  const order = requestedOrder(request, seriesOrderNames, { by: 'id', isDescending: false });
  return listPage(request, {
    isCountKept: isSeriesCountKept(filter),
    count: () => countSeries(context.database, filter),
    rows: (slice) => loadSeriesList(context.database, filter, order, slice),
    answer: (row) => seriesAnswer(request, projects, row),
    placeOf: order.by === 'id' ? ({ id }) => ({ date: null, id }) : undefined,
  });
}

/** null when it lets nothing through. */
async function seriesFilter(
  context: ApiContext,
  { query }: ApiRequest,
  projects: Projects,
): Promise<SeriesFilter | null> {
  const given = {
    listIds: filterValues(query, 'project', projectId(projects)),
    submitterIds: await submitterFilter(context.database, query),
  };
  const dates = dateRange(query);
  if (dates === null || !isPossible(given)) return null;
  return { ...given, ...dates, words: searchWords(query) };
}

async function seriesDetail(context: ApiContext, request: ApiRequest): Promise<object> {
  const id = rowNumber(request.params['id'] ?? '');
  const row = id === null ? null : await loadSeries(context.database, id);
  if (row !== null) return seriesAnswer(request, await context.projects.load(), row);
  const survivor = id === null ? null : await findSurvivor(context.database, id);
  if (survivor === null) throw notFound();
  throw new MovedError(apiUrl(request, 'series', survivor));
}

function seriesAnswer(request: ApiRequest, projects: Projects, row: SeriesRow): object {
  const project = projectOf(projects, row.listId);
  const { cover, dependencies, dependents } = row;
  const urls = (ids: readonly number[]): string[] => ids.map((id) => apiUrl(request, 'series', id));
  return {
    id: row.id,
    url: apiUrl(request, 'series', row.id),
    web_url: `${request.site}${seriesPath(project.linkName, row.id)}`,
    project: projectAnswer(request, project),
    name: row.name,
    date: naiveTime(row.date),
    submitter: personAnswer(request, row),
    version: row.version,
    total: row.total,
    received_total: row.receivedTotal,
    received_all: row.receivedAll,
    mbox: `${request.site}${seriesMboxPath(row.id)}`,
    cover_letter: cover === null ? null : embeddedCoverAnswer(request, projects, cover),
    patches: row.patches.map((patch) => embeddedPatchAnswer(request, projects, patch)),
    ...(project.showDependencies && isPartOf(request.version, '1.4')
      ? { dependencies: urls(dependencies), dependents: urls(dependents) }
      : {}),
  };
}
