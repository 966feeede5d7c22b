import { Readable } from 'node:stream';
import { MovedError, notFound } from '../http/api-error.ts';
import type { PlainAnswer, PlainRoute, SiteRequest } from '../http/route.ts';
import { lastValue } from '../http/query-parameters.ts';
import { isMessageId } from '../message/message-id.ts';
import type { MessageId } from '../message/message-id.ts';
import { fileName } from '../review/file-name.ts';
import { mboxMessage, mboxOf } from '../review/mbox-message.ts';
import { seriesMboxPath } from '../review/site-paths.ts';
import { findBundle } from '../store/api/bundles.ts';
import { findSubmission } from '../store/api/find-message.ts';
import { findSurvivor } from '../store/api/series.ts';
import {
  loadBundlePatchIds,
  loadCoverSubmission,
  loadPatchSubmission,
  loadSeriesName,
  loadSeriesPatchIds,
  numberedPatches,
} from '../store/api/submissions.ts';
import type { SubmissionRow } from '../store/api/submissions.ts';
import type { ApiContext } from './api-context.ts';
import { projectId, rowNumber } from './filters.ts';

/** What git am is fed with: patches, series, cover letters and bundles as mboxes, and diffs alone. */
export function mboxRoutes(context: ApiContext): PlainRoute[] {
  return [
    {
      path: '/project/:linkName/patch/:messageId/mbox/',
      run: (request) => patchMbox(context, request),
    },
    {
      path: '/project/:linkName/patch/:messageId/raw/',
      run: async (request) => {
        const patch = await requestedPatch(context, request);
        return download(`${fileName(patch.name)}.diff`, 'text/x-patch', patch.diff ?? '');
      },
    },
    {
      path: '/project/:linkName/cover/:messageId/mbox/',
      run: (request) => coverMbox(context, request),
    },
    { path: '/series/:id/mbox/', run: (request) => seriesMbox(context, request) },
    { path: '/bundle/:username/:name/mbox/', run: (request) => bundleMbox(context, request) },
  ];
}

function download(name: string, type: string, text: string | Readable): PlainAnswer {
  return {
    status: 200,
    headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename=${name}` },
    body: typeof text === 'string' ? Buffer.from(text, 'utf8') : text,
  };
}

/** An mbox that is read while it is sent: a series or bundle may be larger than memory. */
function mboxStream(context: ApiContext, patchIds: readonly number[]): Readable {
  const patches = numberedPatches(context.database, patchIds);
  return Readable.from(mboxOf(patches), { objectMode: false });
}

/** List and message-id that a path names. Throws 404 when there is no such list. */
export async function namedMessage(
  context: ApiContext,
  { params }: SiteRequest,
): Promise<[listId: number, messageId: MessageId]> {
  const listId = projectId(await context.projects.load())(params['linkName'] ?? '');
  const messageId = `<${params['messageId'] ?? ''}>`;
  if (listId === null || messageId.includes('\0') || !isMessageId(messageId)) throw notFound();
  return [listId, messageId];
}

async function requestedPatch(context: ApiContext, request: SiteRequest): Promise<SubmissionRow> {
  const [listId, messageId] = await namedMessage(context, request);
  const patch = await loadPatchSubmission(context.database, listId, messageId);
  if (patch === null) throw notFound();
  return patch;
}

async function patchMbox(context: ApiContext, request: SiteRequest): Promise<PlainAnswer> {
  const patch = await requestedPatch(context, request);
  const wanted = lastValue(request.query, 'series');
  const text =
    wanted === null
      ? mboxMessage(patch)
      : mboxStream(context, await withEarlier(context, request, patch, wanted));
  return download(`${fileName(patch.name)}.patch`, 'text/plain; charset=utf-8', text);
}

/** Numbers of the patches of its series up to this one. Throws 404 when it has none, or another than `wanted` names ("*": any). */
async function withEarlier(
  context: ApiContext,
  request: SiteRequest,
  patch: SubmissionRow,
  wanted: string,
): Promise<number[]> {
  const [listId, messageId] = await namedMessage(context, request);
  const found = await findSubmission(context.database, listId, messageId);
  const seriesId = found?.seriesId ?? null;
  const isWanted = wanted === '*' || rowNumber(wanted) === seriesId;
  if (seriesId === null || !isWanted) throw notFound();
  return loadSeriesPatchIds(context.database, seriesId, patch.id);
}

async function coverMbox(context: ApiContext, request: SiteRequest): Promise<PlainAnswer> {
  const [listId, messageId] = await namedMessage(context, request);
  const cover = await loadCoverSubmission(context.database, listId, messageId);
  if (cover === null) throw notFound();
  return download(`${fileName(cover.name)}.mbox`, 'text/plain', mboxMessage(cover));
}

async function seriesMbox(context: ApiContext, request: SiteRequest): Promise<PlainAnswer> {
  const { database } = context;
  const id = rowNumber(request.params['id'] ?? '');
  if (id === null) throw notFound();
  const [series, patches] = await Promise.all([
    loadSeriesName(database, id),
    loadSeriesPatchIds(database, id, null),
  ]);
  if (series === null) {
    const survivor = await findSurvivor(database, id);
    if (survivor === null) throw notFound();
    throw new MovedError(seriesMboxPath(survivor));
  }
  const name = fileName(series.name ?? '') || `series-${id}`;
  return download(`${name}.patch`, 'text/plain', mboxStream(context, patches));
}

async function bundleMbox(context: ApiContext, request: SiteRequest): Promise<PlainAnswer> {
  const { username = '', name = '' } = request.params;
  if (`${username}${name}`.includes('\0')) throw notFound();
  const bundle = await findBundle(context.database, username, name, request.caller?.userId ?? null);
  if (bundle === null) throw notFound();
  const patches = await loadBundlePatchIds(context.database, bundle.id);
  const file = `bundle-${bundle.id}-${fileName(bundle.name)}.mbox`;
  return download(file, 'text/plain', mboxStream(context, patches));
}
