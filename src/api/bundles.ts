import { bundleFields } from '../http/answer-fields.ts';
import { notFound } from '../http/api-error.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import { bundlePath } from '../review/site-paths.ts';
import { bundleOrderNames, countBundles, loadBundle, loadBundles } from '../store/api/bundles.ts';
import type { BundleFilter, BundleRow } from '../store/api/bundles.ts';
import { changeOperations, createOperation } from './change-operations.ts';
import type { ApiContext, Projects } from './api-context.ts';
import { apiUrl, embeddedPatchAnswer, projectAnswer, projectOf, userAnswer } from './embedded.ts';
import { filterValues, isPossible, projectId, searchWords, truthFilter } from './filters.ts';
import { emptyPage, listPage, requestedOrder } from './list-page.ts';
import { userFilter } from './people-filters.ts';
import { requestedId } from './requested-id.ts';
import { createBundle, deleteBundle, writeBundle } from './write-bundle.ts';

/** /bundles/ and /bundles/ID/: public ones, and those of the caller. */
export function bundleRoutes(context: ApiContext): ApiRoute[] {
  return [
    {
      path: '/bundles/',
      title: 'Bundle List',
      operations: {
        GET: { kind: 'list', fields: bundleFields, run: (request) => bundleList(context, request) },
        POST: createOperation(bundleFields, async (request, body) => {
          const id = await createBundle(context.database, request.caller, body);
          return shownBundle(context, request, id, request.caller?.userId ?? null);
        }),
      },
      methodsSince: { POST: '1.2' },
    },
    {
      path: '/bundles/:id/',
      title: 'Bundle Detail',
      operations: {
        GET: {
          kind: 'object',
          fields: bundleFields,
          run: (request) => bundleDetail(context, request),
        },
        ...changeOperations(bundleFields, async (request, body) => {
          const id = requestedId(request, 'id');
          const { ownerId } = await writeBundle(context.database, request.caller, id, body);
          return shownBundle(context, request, id, ownerId);
        }),
        DELETE: {
          kind: 'nothing',
          run: (request) =>
            deleteBundle(context.database, request.caller, requestedId(request, 'id')),
        },
      },
      methodsSince: { PUT: '1.2', PATCH: '1.2', DELETE: '1.2' },
    },
  ];
}

async function bundleList(context: ApiContext, request: ApiRequest): Promise<Page> {
  const projects = await context.projects.load();
  const { database } = context;
  const filter = await bundleFilter(context, request, projects);
  if (filter === null) return emptyPage(request);
  const order = requestedOrder(request, bundleOrderNames, { by: 'id', isDescending: false });
  return listPage(request, {
    count: () => countBundles(database, filter),
    rows: (slice) => loadBundles(database, filter, order, slice),
    answer: (row) => bundleAnswer(request, projects, row),
  });
}

/** null when it lets nothing through. */
async function bundleFilter(
  { database }: ApiContext,
  { query, caller }: ApiRequest,
  projects: Projects,
): Promise<BundleFilter | null> {
  const given = {
    listIds: filterValues(query, 'project', projectId(projects)),
    ownerIds: await userFilter(database, query, 'owner'),
  };
  if (!isPossible(given)) return null;
  const isPublic = truthFilter(query, 'public');
  return { ...given, callerId: caller?.userId ?? null, isPublic, words: searchWords(query) };
}

async function bundleDetail(context: ApiContext, request: ApiRequest): Promise<object> {
  const id = requestedId(request, 'id');
  return shownBundle(context, request, id, request.caller?.userId ?? null);
}

/** A bundle as a user sees it. Throws 404 when they see none of that number. */
async function shownBundle(
  context: ApiContext,
  request: ApiRequest,
  id: number,
  userId: number | null,
): Promise<object> {
  const row = await loadBundle(context.database, id, userId);
  if (row === null) throw notFound();
  return bundleAnswer(request, await context.projects.load(), row);
}

/** A bundle as the API answers for it. */
export function bundleAnswer(request: ApiRequest, projects: Projects, row: BundleRow): object {
  const webUrl = `${request.site}${bundlePath(row.owner.username, row.name)}`;
  return {
    id: row.id,
    url: apiUrl(request, 'bundles', row.id),
    web_url: webUrl,
    project: projectAnswer(request, projectOf(projects, row.listId)),
    name: row.name,
    owner: userAnswer(request, row.owner),
    patches: row.patches.map((patch) => embeddedPatchAnswer(request, projects, patch)),
    public: row.isPublic,
    mbox: `${webUrl}mbox/`,
  };
}
