import { notFound } from '../http/api-error.ts';
import type { PlainAnswer, PlainRoute, SiteRequest } from '../http/route.ts';
import { lastValue, queryText } from '../http/query-parameters.ts';
import { archiveUrl, coverPath, patchPath } from '../review/site-paths.ts';
import { findBundle } from '../store/api/bundles.ts';
import { findCommented, findNumbered, findSubmission } from '../store/api/find-message.ts';
import type { FoundMessage } from '../store/api/find-message.ts';
import type { ApiContext } from './api-context.ts';
import { projectOf } from './embedded.ts';
import { projectId, rowNumber } from './filters.ts';
import { namedMessage } from './mboxes.ts';

/**
 * The addresses that answers name for people. There are no pages: they lead to the list's archive where it is known, else to
 * the API. The numbered ones lead to those with message-ids, as in Patchwork.
 */
export function webAddressRoutes(context: ApiContext): PlainRoute[] {
  return [
    { path: '/', run: async () => found('/api/') },
    { path: '/project/:linkName/', run: (request) => projectPage(context, request) },
    { path: '/project/:linkName/list/', run: (request) => listPage(context, request) },
    { path: '/project/:linkName/patch/:messageId/', run: (request) => page(context, request) },
    { path: '/project/:linkName/cover/:messageId/', run: (request) => page(context, request) },
    ...numberedRoutes(context, 'patch', ['', 'mbox/', 'raw/']),
    ...numberedRoutes(context, 'cover', ['', 'mbox/']),
    { path: '/comment/:id/', run: (request) => commentPage(context, request) },
    { path: '/bundle/:username/:name/', run: (request) => bundlePage(context, request) },
  ];
}

function found(target: string): PlainAnswer {
  return {
    status: 302,
    headers: { Location: target, 'Content-Type': 'text/html; charset=utf-8' },
    body: '',
  };
}

/** "/patch/12/mbox/" -> "/project/ltp/patch/a@b.example/mbox/" */
function numberedRoutes(
  context: ApiContext,
  resource: 'patch' | 'cover',
  ends: readonly string[],
): PlainRoute[] {
  return ends.map((end) => ({
    path: `/${resource}/:id/${end}`,
    run: async ({ params }) => {
      const id = rowNumber(params['id'] ?? '');
      const message = id === null ? null : await findNumbered(context.database, resource, id);
      if (message === null) throw notFound();
      return found(`${await pagePath(context, message)}${end}`);
    },
  }));
}

async function pagePath(
  context: ApiContext,
  { resource, listId, messageId }: FoundMessage,
): Promise<string> {
  const { linkName } = projectOf(await context.projects.load(), listId);
  return resource === 'cover' ? coverPath(linkName, messageId) : patchPath(linkName, messageId);
}

async function page(context: ApiContext, request: SiteRequest): Promise<PlainAnswer> {
  const [listId, messageId] = await namedMessage(context, request);
  const message = await findSubmission(context.database, listId, messageId);
  if (message === null) throw notFound();
  const { listArchiveUrlFormat } = projectOf(await context.projects.load(), listId);
  const archived = archiveUrl(listArchiveUrlFormat, messageId);
  if (archived !== null && URL.canParse(archived)) return found(new URL(archived).href);
  return found(`/api/${message.resource === 'cover' ? 'covers' : 'patches'}/${message.id}/`);
}

async function projectPage(context: ApiContext, { params }: SiteRequest): Promise<PlainAnswer> {
  const id = projectId(await context.projects.load())(params['linkName'] ?? '');
  if (id === null) throw notFound();
  return found(`/api/projects/${id}/`);
}

async function listPage(context: ApiContext, { params, query }: SiteRequest): Promise<PlainAnswer> {
  const id = projectId(await context.projects.load())(params['linkName'] ?? '');
  if (id === null) throw notFound();
  const series = rowNumber(lastValue(query, 'series') ?? '');
  if (series !== null) return found(`/api/series/${series}/`);
  return found(`/api/patches/?${queryText(new Map([...query, ['project', [String(id)]]]))}`);
}

async function commentPage(context: ApiContext, { params }: SiteRequest): Promise<PlainAnswer> {
  const id = rowNumber(params['id'] ?? '');
  const message = id === null ? null : await findCommented(context.database, id);
  if (message === null) throw notFound();
  return found(`${await pagePath(context, message)}#${id}`);
}

async function bundlePage(context: ApiContext, request: SiteRequest): Promise<PlainAnswer> {
  const { username = '', name = '' } = request.params;
  if (`${username}${name}`.includes('\0')) throw notFound();
  const callerId = request.caller?.userId ?? null;
  const bundle = await findBundle(context.database, username, name, callerId);
  if (bundle === null) throw notFound();
  return found(`/api/bundles/${bundle.id}/`);
}
