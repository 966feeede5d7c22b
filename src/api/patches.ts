import { patchDetailFields, patchFields } from '../http/answer-fields.ts';
import { notFound } from '../http/api-error.ts';
import { isPartOf } from '../http/api-version.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import { headerObject } from '../review/header-object.ts';
import { naiveTime } from '../review/naive-time.ts';
import { archiveUrl, patchPath } from '../review/site-paths.ts';
import { countPatches, isCounted, patchOrderNames } from '../store/api/patch-filter.ts';
import type { PatchFilter, PatchOrder } from '../store/api/patch-filter.ts';
import { loadPatch, loadPatches } from '../store/api/patches.ts';
import type { PatchDetailRow, PatchRow } from '../store/api/patches.ts';
import type { Order, RowPlace } from '../store/api/statement.ts';
import { changeOperations } from './change-operations.ts';
import type { ApiContext, Projects, States } from './api-context.ts';
import {
  apiUrl,
  embeddedPatchAnswer,
  personAnswer,
  projectAnswer,
  projectOf,
  seriesOfAnswer,
  userAnswerOrNull,
} from './embedded.ts';
import {
  dateRange,
  filteredHash,
  filteredMessageId,
  filterValues,
  isPossible,
  projectId,
  rowNumber,
  searchWords,
  stateId,
  truthFilter,
} from './filters.ts';
import { emptyPage, listPage, requestedOrder } from './list-page.ts';
import { submitterFilter, userFilter } from './people-filters.ts';
import { requestedId } from './requested-id.ts';
import type { SentBody } from './write-body.ts';
import { writePatch } from './write-patch.ts';

/** /patches/ and /patches/ID/ */
export function patchRoutes(context: ApiContext): ApiRoute[] {
  return [
    {
      path: '/patches/',
      title: 'Patch List',
      operations: {
        GET: { kind: 'list', fields: patchFields, run: (request) => patchList(context, request) },
      },
    },
    {
      path: '/patches/:id/',
      title: 'Patch Detail',
      operations: {
        GET: {
          kind: 'object',
          fields: patchDetailFields,
          run: (request) => patchDetail(context, request),
        },
        ...changeOperations(patchDetailFields, (request, body) =>
          changePatch(context, request, body),
        ),
      },
    },
  ];
}

async function patchList(context: ApiContext, request: ApiRequest): Promise<Page> {
  const [projects, states] = await Promise.all([context.projects.load(), context.states.load()]);
  const filter = await patchFilter(context, request, projects, states);
  if (filter === null) return emptyPage(request);
  const order = requestedOrder(request, patchOrderNames, { by: 'id', isDescending: false });
  return listPage(request, {
    isCountKept: isCounted(filter),
    count: () => countPatches(context.database, filter),
    rows: (slice) => loadPatches(context.database, filter, order, slice),
    answer: (row) => patchAnswer(request, projects, states, row),
    placeOf: placeIn(order),
  });
}

/** Lists by number and by date can go on from a row. */
function placeIn({ by }: Order<PatchOrder>): ((row: PatchRow) => RowPlace) | undefined {
  if (by === 'id') return ({ id }) => ({ date: null, id });
  return by === 'date' ? ({ date, id }) => ({ date, id }) : undefined;
}

/** null when it lets nothing through. */
async function patchFilter(
  context: ApiContext,
  request: ApiRequest,
  projects: Projects,
  states: States,
): Promise<PatchFilter | null> {
  const { query, version } = request;
  const has12 = isPartOf(version, '1.2');
  const given = {
    listIds: filterValues(query, 'project', projectId(projects)),
    stateIds: filterValues(query, 'state', stateId(states)),
    submitterIds: await submitterFilter(context.database, query),
    delegateIds: await userFilter(context.database, query, 'delegate'),
    seriesIds: filterValues(query, 'series', rowNumber),
    hashes: has12 ? filterValues(query, 'hash', filteredHash) : null,
    messageIds: has12 ? filterValues(query, 'msgid', filteredMessageId) : null,
  };
  const dates = dateRange(query);
  if (dates === null || !isPossible(given)) return null;
  const archived = truthFilter(query, 'archived');
  return { ...given, ...dates, archived, words: searchWords(query) };
}

async function patchDetail(context: ApiContext, request: ApiRequest): Promise<object> {
  const id = rowNumber(request.params['id'] ?? '');
  if (id === null) throw notFound();
  const [projects, states, row] = await Promise.all([
    context.projects.load(),
    context.states.load(),
    loadPatch(context.database, id),
  ]);
  if (row === null) throw notFound();
  return patchDetailAnswer(request, projects, states, row);
}

async function changePatch(
  context: ApiContext,
  request: ApiRequest,
  body: SentBody,
): Promise<object> {
  const patchId = requestedId(request, 'id');
  await writePatch(context.database, { patchId, caller: request.caller, body });
  return patchDetail(context, request);
}

/** A patch with its big texts, as the API answers for it. */
export function patchDetailAnswer(
  request: ApiRequest,
  projects: Projects,
  states: States,
  row: PatchDetailRow,
): object {
  return {
    ...patchAnswer(request, projects, states, row),
    headers: headerObject(row.headers),
    content: row.content,
    diff: row.diff,
    prefixes: row.prefixes,
  };
}

const noTags = {};

/** A patch as lists answer for it. */
export function patchAnswer(
  request: ApiRequest,
  projects: Projects,
  states: States,
  row: PatchRow,
): object {
  const project = projectOf(projects, row.listId);
  const webUrl = `${request.site}${patchPath(project.linkName, row.messageId)}`;
  // Patchwork leaves the version out of these two.
  const unversioned = `${request.site}/api/patches/${row.id}`;
  return {
    id: row.id,
    url: apiUrl(request, 'patches', row.id),
    web_url: webUrl,
    project: projectAnswer(request, project),
    msgid: row.messageId,
    list_archive_url: archiveUrl(project.listArchiveUrlFormat, row.messageId),
    date: naiveTime(row.date),
    name: row.name,
    commit_ref: row.commitRef,
    pull_url: row.pullUrl,
    state: states.get(row.stateId)?.slug ?? '',
    archived: row.archived,
    hash: row.hash,
    submitter: personAnswer(request, row),
    delegate: userAnswerOrNull(request, row.delegate),
    mbox: `${webUrl}mbox/`,
    series: seriesOfAnswer(request, project, row),
    comments: `${unversioned}/comments/`,
    check: row.check,
    checks: `${unversioned}/checks/`,
    tags: noTags,
    related: row.related?.map((other) => embeddedPatchAnswer(request, projects, other)) ?? [],
  };
}
