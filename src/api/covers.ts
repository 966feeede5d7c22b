import { coverDetailFields, coverFields } from '../http/answer-fields.ts';
import { notFound } from '../http/api-error.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import { headerObject } from '../review/header-object.ts';
import { naiveTime } from '../review/naive-time.ts';
import { archiveUrl, coverPath } from '../review/site-paths.ts';
import {
  countCovers,
  coverOrderNames,
  isCoverCountKept,
  loadCover,
  loadCovers,
} from '../store/api/covers.ts';
import type { CoverFilter, CoverRow } from '../store/api/covers.ts';
import type { ApiContext, Projects } from './api-context.ts';
import { apiUrl, personAnswer, projectAnswer, projectOf, seriesOfAnswer } from './embedded.ts';
import {
  dateRange,
  filteredMessageId,
  filterValues,
  isPossible,
  projectId,
  rowNumber,
  searchWords,
} from './filters.ts';
import { emptyPage, listPage, requestedOrder } from './list-page.ts';
import { submitterFilter } from './people-filters.ts';

/** /covers/ and /covers/ID/ */
export function coverRoutes(context: ApiContext): ApiRoute[] {
  return [
    {
      path: '/covers/',
      title: 'Cover List',
      operations: {
        GET: { kind: 'list', fields: coverFields, run: (request) => coverList(context, request) },
      },
    },
    {
      path: '/covers/:id/',
      title: 'Cover Detail',
      operations: {
        GET: {
          kind: 'object',
          fields: coverDetailFields,
          run: (request) => coverDetail(context, request),
        },
      },
    },
  ];
}

async function coverList(context: ApiContext, request: ApiRequest): Promise<Page> {
  const projects = await context.projects.load();
  const filter = await coverFilter(context, request, projects);
  if (filter === null) return emptyPage(request);
  const order = requestedOrder(request, coverOrderNames, { by: 'id', isDescending: false });
  return listPage(request, {
    isCountKept: isCoverCountKept(filter),
    count: () => countCovers(context.database, filter),
    rows: (slice) => loadCovers(context.database, filter, order, slice),
    answer: (row) => coverAnswer(request, projects, row),
    placeOf: order.by === 'id' ? ({ id }) => ({ date: null, id }) : undefined,
  });
}

/** null when it lets nothing through. */
async function coverFilter(
  context: ApiContext,
  { query }: ApiRequest,
  projects: Projects,
): Promise<CoverFilter | null> {
  const given = {
    listIds: filterValues(query, 'project', projectId(projects)),
    seriesIds: filterValues(query, 'series', rowNumber),
    submitterIds: await submitterFilter(context.database, query),
    messageIds: filterValues(query, 'msgid', filteredMessageId),
  };
  const dates = dateRange(query);
  if (dates === null || !isPossible(given)) return null;
  return { ...given, ...dates, words: searchWords(query) };
}

async function coverDetail(context: ApiContext, request: ApiRequest): Promise<object> {
  const id = rowNumber(request.params['id'] ?? '');
  const row = id === null ? null : await loadCover(context.database, id);
  if (row === null) throw notFound();
  return {
    ...coverAnswer(request, await context.projects.load(), row),
    headers: headerObject(row.headers),
    content: row.content,
  };
}

function coverAnswer(request: ApiRequest, projects: Projects, row: CoverRow): object {
  const project = projectOf(projects, row.listId);
  const webUrl = `${request.site}${coverPath(project.linkName, row.messageId)}`;
  return {
    id: row.id,
    url: apiUrl(request, 'covers', row.id),
    web_url: webUrl,
    project: projectAnswer(request, project),
    msgid: row.messageId,
    list_archive_url: archiveUrl(project.listArchiveUrlFormat, row.messageId),
    date: naiveTime(row.date),
    name: row.name,
    submitter: personAnswer(request, row),
    mbox: `${webUrl}mbox/`,
    series: seriesOfAnswer(request, project, row),
    comments: `${request.site}/api/covers/${row.id}/comments/`,
  };
}
