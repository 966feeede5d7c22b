import type { ApiRequest, Operation } from '../http/route.ts';
import type { FieldTable } from '../http/field-table.ts';
import type { SentBody } from './write-body.ts';

/** Changes what the request names, and answers with it as it is then. */
export type Change = (request: ApiRequest, body: SentBody) => Promise<object>;

/** PUT and PATCH of a resource: the same change, for which PUT must say what has no default. */
export function changeOperations(
  fields: FieldTable,
  change: Change,
): { readonly PUT: Operation; readonly PATCH: Operation } {
  const operation = (isPartial: boolean): Operation => ({
    kind: 'object',
    fields,
    run: (request) => change(request, sentBody(request, isPartial)),
  });
  return { PUT: operation(false), PATCH: operation(true) };
}

/** POST of a list: makes a resource, and answers 201 with it. */
export function createOperation(fields: FieldTable, create: Change): Operation {
  return {
    kind: 'object',
    fields,
    status: 201,
    run: (request) => create(request, sentBody(request, false)),
  };
}

function sentBody({ body, isForm, version }: ApiRequest, isPartial: boolean): SentBody {
  return { value: body, isForm, isPartial, version };
}
