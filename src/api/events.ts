import { eventFields } from '../http/answer-fields.ts';
import { isPartOf } from '../http/api-version.ts';
import type { ApiVersion } from '../http/api-version.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import { naiveTime } from '../review/naive-time.ts';
import { archiveUrl, commentPath } from '../review/site-paths.ts';
import { countEvents, isEventCountKept, loadEvents } from '../store/api/events.ts';
import type { EventCheckRow, EventFilter, EventRow } from '../store/api/events.ts';
import type { ApiContext, Projects } from './api-context.ts';
import { checkUrl } from './checks.ts';
import { commentUrl } from './comments.ts';
import {
  embeddedCoverAnswer,
  embeddedPatchAnswer,
  projectAnswer,
  projectOf,
  seriesOfAnswer,
  userAnswerOrNull,
} from './embedded.ts';
import {
  dateRange,
  filterValues,
  isPossible,
  projectId,
  rowNumber,
  smallRowNumber,
} from './filters.ts';
import { emptyPage, listPage, requestedOrder } from './list-page.ts';

/** /events/ */
export function eventRoutes(context: ApiContext): ApiRoute[] {
  return [
    {
      path: '/events/',
      title: 'Event List',
      operations: {
        GET: { kind: 'list', fields: eventFields, run: (request) => eventList(context, request) },
      },
    },
  ];
}

async function eventList(context: ApiContext, request: ApiRequest): Promise<Page> {
  const projects = await context.projects.load();
  const filter = eventFilter(request, projects);
  if (filter === null) return emptyPage(request);
  const order = requestedOrder(request, ['date'], { by: 'date', isDescending: true });
  return listPage(request, {
    isCountKept: isEventCountKept(filter),
    count: () => countEvents(context.database, filter),
    rows: (slice) => loadEvents(context.database, filter, order.isDescending, slice),
    answer: (row) => eventAnswer(request, projects, row),
  });
}

/** What an event of a category says, and the version of the API from which on it is shown. */
interface Category {
  readonly since: ApiVersion;
  readonly payload: readonly PayloadKey[];
}

type PayloadKey = keyof typeof payloadParts;

/** Patchwork's; others are in the feed. */
const categories: Readonly<Record<string, Category>> = {
  'cover-created': { since: '1.0', payload: ['cover'] },
  'patch-created': { since: '1.0', payload: ['patch'] },
  'patch-completed': { since: '1.0', payload: ['patch', 'series'] },
  'series-created': { since: '1.0', payload: ['series'] },
  'series-completed': { since: '1.0', payload: ['series'] },
  'patch-state-changed': {
    since: '1.0',
    payload: ['patch', 'previous_state', 'current_state'],
  },
  'patch-delegated': {
    since: '1.0',
    payload: ['patch', 'previous_delegate', 'current_delegate'],
  },
  'patch-relation-changed': {
    since: '1.2',
    payload: ['patch', 'previous_relation', 'current_relation'],
  },
  'check-created': { since: '1.0', payload: ['patch', 'check'] },
  'cover-comment-created': { since: '1.3', payload: ['cover', 'comment'] },
  'patch-comment-created': { since: '1.3', payload: ['patch', 'comment'] },
};

/** Those of the feed that Patchwork has no word for. */
const feedPayloads: Readonly<Record<string, readonly PayloadKey[]>> = {
  'series-superseded': ['series', 'by', 'kind'],
  'series-rekeyed': ['series', 'previous_key', 'current_key'],
  'message-flagged': ['message', 'flags'],
};

/** null when it lets nothing through. */
function eventFilter({ query, version }: ApiRequest, projects: Projects): EventFilter | null {
  const known = Object.keys(categories).filter((name) =>
    isPartOf(version, categories[name]?.since ?? '1.0'),
  );
  const given = {
    categories:
      filterValues(query, 'category', (value) => known.find((name) => name === value) ?? null) ??
      known,
    listIds: filterValues(query, 'project', projectId(projects)),
    seriesIds: filterValues(query, 'series', rowNumber),
    patchIds: filterValues(query, 'patch', rowNumber),
    coverIds: filterValues(query, 'cover', rowNumber),
    actorIds: isPartOf(version, '1.2') ? filterValues(query, 'actor', smallRowNumber) : null,
  };
  const dates = dateRange(query);
  return dates === null || !isPossible(given) ? null : { ...given, ...dates };
}

export interface EventAnswer {
  readonly id: number;
  readonly category: string;
  readonly project: object;
  readonly date: string;
  readonly actor: object | null;
  readonly payload: object;
}

/** An event as the API answers for it, and the feed. */
export function eventAnswer(request: ApiRequest, projects: Projects, row: EventRow): EventAnswer {
  const keys = categories[row.category]?.payload ?? feedPayloads[row.category] ?? [];
  return {
    id: row.id,
    category: row.category,
    project: projectAnswer(request, projectOf(projects, row.listId)),
    date: naiveTime(row.date),
    actor: userAnswerOrNull(request, row.actor),
    payload: Object.fromEntries(
      keys.map((key) => [key, payloadParts[key](request, projects, row)]),
    ),
  };
}

type PayloadPart = (request: ApiRequest, projects: Projects, row: EventRow) => unknown;

const payloadParts = {
  patch: (request, projects, { patch }) =>
    patch === null ? null : embeddedPatchAnswer(request, projects, patch),
  cover: (request, projects, { cover }) =>
    cover === null ? null : embeddedCoverAnswer(request, projects, cover),
  series: (request, projects, row) =>
    seriesOfAnswer(request, projectOf(projects, row.listId), row)[0] ?? null,
  previous_state: detail('previous_state'),
  current_state: detail('current_state'),
  previous_delegate: (request, _projects, row) => userAnswerOrNull(request, row.previousDelegate),
  current_delegate: (request, _projects, row) => userAnswerOrNull(request, row.currentDelegate),
  // Patchwork never says which.
  previous_relation: () => null,
  current_relation: () => null,
  check: (request, _projects, { patch, check }) =>
    patch === null || check === null ? null : embeddedCheck(request, patch[0], check),
  comment: embeddedComment,
  by: (request, projects, { listId, newerSeries }) =>
    newerSeries === null
      ? null
      : (seriesOfAnswer(request, projectOf(projects, listId), newerSeries)[0] ?? null),
  kind: detail('kind'),
  previous_key: detail('previous_key'),
  current_key: detail('current_key'),
  message: embeddedMessage,
  flags: detail('flags'),
} as const satisfies Record<string, PayloadPart>;

function detail(name: string): PayloadPart {
  return (_request, _projects, { details }) => details?.[name] ?? null;
}

/** Any message by what it carries itself; it may be none that the API has a path for. */
function embeddedMessage(
  _request: ApiRequest,
  projects: Projects,
  { patch, cover, comment }: EventRow,
): object | null {
  const row = comment ?? cover ?? patch;
  if (row === null) return null;
  const [, listId, messageId, date, name] = row;
  const { listArchiveUrlFormat } = projectOf(projects, listId);
  return {
    msgid: messageId,
    list_archive_url: archiveUrl(listArchiveUrlFormat, messageId),
    date: naiveTime(date),
    name,
  };
}

function embeddedCheck(request: ApiRequest, patchId: number, check: EventCheckRow): object {
  return {
    id: check.id,
    url: checkUrl(request, patchId, check.id),
    date: naiveTime(check.date),
    state: check.state,
    target_url: check.targetUrl,
    context: check.context,
  };
}

function embeddedComment(
  request: ApiRequest,
  projects: Projects,
  { comment, patch, cover }: EventRow,
): object | null {
  const target = patch ?? cover;
  if (comment === null || target === null) return null;
  const [id, listId, messageId, date] = comment;
  const { listArchiveUrlFormat } = projectOf(projects, listId);
  return {
    id,
    url: commentUrl(request, patch === null ? 'cover' : 'patch', target[0], id),
    web_url: `${request.site}${commentPath(id)}`,
    msgid: messageId,
    list_archive_url: archiveUrl(listArchiveUrlFormat, messageId),
    date: naiveTime(date),
  };
}
