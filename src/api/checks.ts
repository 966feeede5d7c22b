import { checkFields } from '../http/answer-fields.ts';
import { notFound } from '../http/api-error.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import type { CheckState } from '../review/combined-check.ts';
import { naiveTime } from '../review/naive-time.ts';
import { checkOrderNames, countChecks, loadCheck, loadChecks } from '../store/api/checks.ts';
import type { CheckFilter, CheckRow } from '../store/api/checks.ts';
import { findTarget } from '../store/api/comments.ts';
import type { ApiContext } from './api-context.ts';
import { createOperation } from './change-operations.ts';
import { apiUrl, userAnswer } from './embedded.ts';
import { dateRange, filterValues, isPossible, rowNumber } from './filters.ts';
import { emptyPage, listPage, requestedOrder } from './list-page.ts';
import { userFilter } from './people-filters.ts';
import { requestedId } from './requested-id.ts';
import type { SentBody } from './write-body.ts';
import { writeCheck } from './write-check.ts';

/** /patches/ID/checks/ and /patches/ID/checks/ID/ */
export function checkRoutes(context: ApiContext): ApiRoute[] {
  return [
    {
      path: '/patches/:id/checks/',
      title: 'Check List',
      operations: {
        GET: { kind: 'list', fields: checkFields, run: (request) => checkList(context, request) },
        POST: createOperation(checkFields, (request, body) => createCheck(context, request, body)),
      },
    },
    {
      path: '/patches/:id/checks/:checkId/',
      title: 'Check Detail',
      operations: {
        GET: {
          kind: 'object',
          fields: checkFields,
          run: (request) => checkDetail(context, request),
        },
      },
    },
  ];
}

async function checkList({ database }: ApiContext, request: ApiRequest): Promise<Page> {
  const patchId = rowNumber(request.params['id'] ?? '');
  const isThere = patchId !== null && (await findTarget(database, 'patch', patchId)) !== null;
  if (patchId === null || !isThere) throw notFound();
  const filter = await checkFilter(database, request, patchId);
  if (filter === null) return emptyPage(request);
  const order = requestedOrder(request, checkOrderNames, { by: 'id', isDescending: false });
  return listPage(request, {
    count: () => countChecks(database, filter),
    rows: (slice) => loadChecks(database, filter, order, slice),
    answer: (row) => checkAnswer(request, patchId, row),
  });
}

const checkStates = ['pending', 'success', 'warning', 'fail'] as const;

/** The state of a check that a word names; null for another word. */
export function checkState(value: string): CheckState | null {
  return checkStates.find((state) => state === value) ?? null;
}

/** null when it lets nothing through. */
async function checkFilter(
  database: ApiContext['database'],
  { query }: ApiRequest,
  patchId: number,
): Promise<CheckFilter | null> {
  const given = {
    userIds: await userFilter(database, query, 'user'),
    states: filterValues(query, 'state', checkState),
    contexts: filterValues(query, 'context', (value) => (value.includes('\0') ? null : value)),
  };
  const dates = dateRange(query);
  return dates === null || !isPossible(given) ? null : { patchId, ...given, ...dates };
}

async function checkDetail({ database }: ApiContext, request: ApiRequest): Promise<object> {
  const patchId = rowNumber(request.params['id'] ?? '');
  const id = rowNumber(request.params['checkId'] ?? '');
  const row = patchId === null || id === null ? null : await loadCheck(database, patchId, id);
  if (patchId === null || row === null) throw notFound();
  return checkAnswer(request, patchId, row);
}

async function createCheck(
  { database }: ApiContext,
  request: ApiRequest,
  body: SentBody,
): Promise<object> {
  const patchId = requestedId(request, 'id');
  const id = await writeCheck(database, { patchId, caller: request.caller, body });
  const row = await loadCheck(database, patchId, id);
  if (row === null) throw notFound();
  return checkAnswer(request, patchId, row);
}

/** A check as the API answers for it. */
export function checkAnswer(request: ApiRequest, patchId: number, row: CheckRow): object {
  return {
    id: row.id,
    url: checkUrl(request, patchId, row.id),
    user: userAnswer(request, row.user),
    date: naiveTime(row.date),
    state: row.state,
    target_url: row.targetUrl,
    context: row.context,
    description: row.description,
  };
}

/** "http://127.0.0.1:8000/api/1.3/patches/12/checks/34/" */
export function checkUrl(request: ApiRequest, patchId: number, id: number): string {
  return apiUrl(request, `patches/${patchId}/checks`, id);
}
