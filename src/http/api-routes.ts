import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptedFormat } from './accepted-format.ts';
import { ApiError, credentialsMissing } from './api-error.ts';
import { apiVersions, isPartOf, newestVersion } from './api-version.ts';
import type { ApiVersion } from './api-version.ts';
import { entityTag, namesTag } from './entity-tag.ts';
import { listSchemaOf, schemaOf } from './field-table.ts';
import type { JsonSchema } from './field-table.ts';
import { answerPage } from './html-page.ts';
import { openApiDocument } from './open-api.ts';
import { linkHeader } from './pages.ts';
import { lastValue } from './query-parameters.ts';
import { allMethods } from './route.ts';
import type { ApiRequest, ApiRoute, Method, Operation } from './route.ts';
import { redirectToSlash } from './redirect.ts';
import { isForm } from './request-body.ts';
import { siteRequest } from './site-request.ts';
import type { ServerContext } from './site-request.ts';

/** Adds the API's paths: each without a version, which means the newest, and below every version that has it. */
export function addApiRoutes(
  app: FastifyInstance,
  context: ServerContext,
  routes: readonly ApiRoute[],
): void {
  addDocuments(app, routes);
  for (const route of routes) {
    addRoute(app, context, '/api', newestVersion, route);
    for (const version of apiVersions) {
      if (isPartOf(version, route.since ?? '1.0')) {
        addRoute(app, context, `/api/${version}`, version, route);
      }
    }
  }
}

/** /api/openapi.json of the newest version, /api/1.3/openapi.json of others. */
function addDocuments(app: FastifyInstance, routes: readonly ApiRoute[]): void {
  const add = (root: string, version: ApiVersion): void => {
    app.get(`${root}/openapi.json`, async (_request, reply) => {
      const document = JSON.stringify(openApiDocument(routes, version));
      return reply.header('Content-Type', 'application/json').send(Buffer.from(document, 'utf8'));
    });
  };
  add('/api', newestVersion);
  for (const version of apiVersions) add(`/api/${version}`, version);
}

function addRoute(
  app: FastifyInstance,
  context: ServerContext,
  root: string,
  version: ApiVersion,
  route: ApiRoute,
): void {
  const offered = allMethods.filter((method) => isOffered(route, method, version));
  const allow = [...offered, 'HEAD', 'OPTIONS'].join(', ');
  const url = `${root}${route.path}`;
  for (const method of allMethods) {
    const operation = offered.includes(method) ? route.operations[method] : undefined;
    app.route({
      method,
      url,
      // Before the body is read, so that what is wrong with it is said with them too.
      onRequest: async (_request, reply) => {
        reply.headers({ Allow: allow, Vary: 'Accept, Authorization', 'X-Frame-Options': 'DENY' });
      },
      handler: async (request, reply) => {
        if (operation === undefined) throw notAllowed(method);
        const apiRequest = await readRequest(context, request, root, version);
        if (operation.isForUsers === true && apiRequest.caller === null) throw credentialsMissing();
        return answer(operation, apiRequest, request, reply, route.title);
      },
    });
  }
  redirectToSlash(app, url);
  app.options(url, async (_request, reply) => {
    reply.headers({
      Allow: allow,
      Vary: 'Accept, Authorization',
      'Content-Type': 'application/json',
    });
    return reply.send(Buffer.from(JSON.stringify(options(route)), 'utf8'));
  });
}

function isOffered(route: ApiRoute, method: Method, version: ApiVersion): boolean {
  const since = route.methodsSince?.[method] ?? '1.0';
  return route.operations[method] !== undefined && isPartOf(version, since);
}

function notAllowed(method: string): ApiError {
  return new ApiError(405, { detail: `Method "${method}" not allowed.` });
}

function options(route: ApiRoute): object {
  return {
    name: route.title,
    description: '',
    renders: ['application/json', 'text/html'],
    parses: ['application/json', 'application/x-www-form-urlencoded'],
  };
}

async function readRequest(
  context: ServerContext,
  request: FastifyRequest,
  root: string,
  version: ApiVersion,
): Promise<ApiRequest> {
  const common = await siteRequest(context, request);
  const format = lastValue(common.query, 'format');
  return {
    ...common,
    version,
    root: `${common.site}${root}`,
    urlEnd: format === 'json' || format === 'api' ? `?format=${format}` : '',
    body: request.body,
    isForm: isForm(request),
  };
}

async function answer(
  operation: Operation,
  apiRequest: ApiRequest,
  request: FastifyRequest,
  reply: FastifyReply,
  title: string,
): Promise<FastifyReply> {
  const format = acceptedFormat(request.headers.accept, apiRequest.query);
  if (operation.kind === 'nothing') {
    await operation.run(apiRequest);
    return reply.code(204).send();
  }
  const json = await answerText(operation, apiRequest, request, reply);
  if (format === 'html') {
    const page = answerPage(title, request.raw.url ?? '', json);
    return reply.type('text/html; charset=utf-8').send(page);
  }
  reply.header('Content-Type', 'application/json');
  if (operation.kind === 'object' && request.method === 'GET') {
    const tag = entityTag(json);
    reply.header('ETag', tag);
    if (namesTag(request.headers['if-none-match'], tag)) return reply.code(304).send();
  }
  // As bytes: fastify would add a charset to the type of a text.
  return reply.send(Buffer.from(json, 'utf8'));
}

async function answerText(
  operation: Exclude<Operation, { kind: 'nothing' }>,
  apiRequest: ApiRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const { version } = apiRequest;
  if (operation.kind === 'object') {
    const row = await operation.run(apiRequest);
    reply.code(operation.status ?? 200);
    if (operation.status === 201 && 'url' in row) reply.header('Location', row.url);
    return serialized(reply, row, schemaOf(operation.fields, version));
  }
  const page = await operation.run(apiRequest);
  const url = `${apiRequest.site}${pathOf(request)}`;
  reply.header('Link', linkHeader(url, apiRequest.query, page.links));
  return serialized(reply, page.rows, listSchemaOf(operation.fields, version));
}

/** The serializer is made when a route is first used with a schema, and kept. */
function serialized(reply: FastifyReply, value: object, schema: JsonSchema): string {
  const serialize =
    reply.getSerializationFunction(schema) ?? reply.compileSerializationSchema(schema);
  return String(Reflect.apply(serialize, undefined, [value]));
}

/** "/api/1.3/patches/" of a request with whatever query. */
function pathOf(request: FastifyRequest): string {
  const target = request.raw.url ?? '';
  const at = target.indexOf('?');
  return at === -1 ? target : target.slice(0, at);
}
