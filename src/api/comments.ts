import { commentFields } from '../http/answer-fields.ts';
import { notFound } from '../http/api-error.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import { headerObject } from '../review/header-object.ts';
import type { HeaderPairs } from '../review/header-object.ts';
import { naiveTime } from '../review/naive-time.ts';
import { archiveUrl, commentPath } from '../review/site-paths.ts';
import {
  commentOrderNames,
  countComments,
  findTarget,
  loadComment,
  loadComments,
} from '../store/api/comments.ts';
import type { CommentRow, CommentTarget } from '../store/api/comments.ts';
import { changeOperations } from './change-operations.ts';
import type { ApiContext, Projects } from './api-context.ts';
import { apiUrl, personAnswer, projectOf } from './embedded.ts';
import { rowNumber, searchWords } from './filters.ts';
import { listPage, requestedOrder } from './list-page.ts';
import { requestedId } from './requested-id.ts';
import { writeComment } from './write-comment.ts';

const resources: Readonly<Record<CommentTarget, string>> = { patch: 'patches', cover: 'covers' };

const targetNames: Readonly<Record<CommentTarget, string>> = { patch: 'Patch', cover: 'Cover' };

/** /patches/ID/comments/, /patches/ID/comments/ID/ and the same of covers. */
export function commentRoutes(context: ApiContext): ApiRoute[] {
  return [...commentRoutesOf(context, 'patch'), ...commentRoutesOf(context, 'cover')];
}

function commentRoutesOf(context: ApiContext, target: CommentTarget): ApiRoute[] {
  const path = `/${resources[target]}/:id/comments/`;
  return [
    {
      path,
      title: `${targetNames[target]} Comment List`,
      since: '1.1',
      operations: {
        GET: {
          kind: 'list',
          fields: commentFields,
          run: (request) => commentList(context, target, request),
        },
      },
    },
    {
      path: `${path}:commentId/`,
      title: `${targetNames[target]} Comment Detail`,
      since: '1.3',
      operations: {
        GET: {
          kind: 'object',
          fields: commentFields,
          run: (request) => commentDetail(context, target, request),
        },
        ...changeOperations(commentFields, async (request, body) => {
          await writeComment(context.database, {
            target: { kind: target, id: requestedId(request, 'id') },
            commentId: requestedId(request, 'commentId'),
            caller: request.caller,
            body,
          });
          return commentDetail(context, target, request);
        }),
      },
    },
  ];
}

async function commentList(
  { database, projects }: ApiContext,
  target: CommentTarget,
  request: ApiRequest,
): Promise<Page> {
  const [targetId, row] = await commentTarget(database, target, request);
  const words = searchWords(request.query);
  const order = requestedOrder(request, commentOrderNames, { by: 'id', isDescending: false });
  const known = await projects.load();
  return listPage(request, {
    count: () => countComments(database, row, words),
    rows: (slice) => loadComments(database, row, words, order, slice),
    answer: (comment) => commentAnswer(request, known, target, targetId, comment),
  });
}

/** Number and row in message of what a path's comments are on. Throws 404 when there is none. */
async function commentTarget(
  database: ApiContext['database'],
  target: CommentTarget,
  request: ApiRequest,
): Promise<[id: number, row: number]> {
  const id = rowNumber(request.params['id'] ?? '');
  const row = id === null ? null : await findTarget(database, target, id);
  if (id === null || row === null) throw notFound();
  return [id, row];
}

async function commentDetail(
  { database, projects }: ApiContext,
  target: CommentTarget,
  request: ApiRequest,
): Promise<object> {
  const [targetId, row] = await commentTarget(database, target, request);
  const id = rowNumber(request.params['commentId'] ?? '');
  const comment = id === null ? null : await loadComment(database, row, id);
  if (comment === null) throw notFound();
  return commentAnswer(request, await projects.load(), target, targetId, comment);
}

/** A comment as the API answers for it. */
export function commentAnswer(
  request: ApiRequest,
  projects: Projects,
  target: CommentTarget,
  targetId: number,
  row: CommentRow,
): object {
  const project = projectOf(projects, row.listId);
  return {
    id: row.id,
    url: commentUrl(request, target, targetId, row.id),
    web_url: `${request.site}${commentPath(row.id)}`,
    msgid: row.messageId,
    list_archive_url: archiveUrl(project.listArchiveUrlFormat, row.messageId),
    date: naiveTime(row.date),
    subject: rawSubject(row.headers) ?? row.subject,
    submitter: personAnswer(request, row),
    content: row.content,
    headers: headerObject(row.headers),
    addressed: row.addressed,
  };
}

/** "http://127.0.0.1:8000/api/1.3/patches/12/comments/34/" */
export function commentUrl(
  request: ApiRequest,
  target: CommentTarget,
  targetId: number,
  id: number,
): string {
  return apiUrl(request, `${resources[target]}/${targetId}/comments`, id);
}

/** The Subject field with its folding. */
function rawSubject(headers: HeaderPairs): string | null {
  return headers.find(([name]) => name.toLowerCase() === 'subject')?.[1] ?? null;
}
