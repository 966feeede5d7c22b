import { isPartOf } from './api-version.ts';
import type { ApiVersion } from './api-version.ts';
import { listSchemaOf, schemaOf } from './field-table.ts';
import type { JsonSchema } from './field-table.ts';
import { allMethods } from './route.ts';
import type { ApiRoute, Operation } from './route.ts';

/** The OpenAPI document of a version: every path with its methods and the schema of each answer. Source: OpenAPI 3.0.3. */
export function openApiDocument(routes: readonly ApiRoute[], version: ApiVersion): object {
  const paths: Record<string, object> = {};
  for (const route of routes) {
    if (!isPartOf(version, route.since ?? '1.0')) continue;
    const path = route.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    paths[`/api/${version}${path}`] = pathItem(route, version);
  }
  return {
    openapi: '3.0.3',
    info: { title: 'Patchloom, compatible with Patchwork', version },
    components: {
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Token 0123…' },
        basic: { type: 'http', scheme: 'basic' },
      },
    },
    paths,
  };
}

function pathItem(route: ApiRoute, version: ApiVersion): object {
  const item: Record<string, object> = {};
  const parameters = [...route.path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (parameters.length > 0) item['parameters'] = parameters;
  for (const method of allMethods) {
    const operation = route.operations[method];
    const since = route.methodsSince?.[method] ?? '1.0';
    if (operation !== undefined && isPartOf(version, since)) {
      item[method.toLowerCase()] = operationItem(route, operation, version);
    }
  }
  return item;
}

function operationItem(route: ApiRoute, operation: Operation, version: ApiVersion): object {
  const isOpen = operation.isForUsers !== true;
  return {
    summary: route.title,
    security: [...(isOpen ? [{}] : []), { token: [] }, { basic: [] }],
    ...(operation.kind === 'list' ? { parameters: pageParameters } : {}),
    responses: { [successStatus(operation)]: success(operation, version) },
  };
}

const pageParameters = ['page', 'per_page', 'order', 'q'].map((name) => ({
  name,
  in: 'query',
  schema: { type: name.includes('page') ? 'integer' : 'string' },
}));

function successStatus(operation: Operation): number {
  if (operation.kind === 'nothing') return 204;
  return operation.kind === 'object' ? (operation.status ?? 200) : 200;
}

function success(operation: Operation, version: ApiVersion): object {
  if (operation.kind === 'nothing') return { description: 'Done.' };
  return {
    description: operation.fields.title,
    content: { 'application/json': { schema: answerSchema(operation, version) } },
  };
}

function answerSchema(
  operation: Exclude<Operation, { kind: 'nothing' }>,
  version: ApiVersion,
): JsonSchema {
  return operation.kind === 'list'
    ? listSchemaOf(operation.fields, version)
    : schemaOf(operation.fields, version);
}
