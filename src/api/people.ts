import { personFields } from '../http/answer-fields.ts';
import { notFound } from '../http/api-error.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import { countPeople, loadPeople, loadPerson, personOrderNames } from '../store/api/people.ts';
import type { PersonDetailRow } from '../store/api/people.ts';
import type { ApiContext } from './api-context.ts';
import { personAnswer, userAnswerOrNull } from './embedded.ts';
import { rowNumber, searchWords } from './filters.ts';
import { listPage, requestedOrder } from './list-page.ts';

/** /people/ and /people/ID/, for users alone. */
export function peopleRoutes(context: ApiContext): ApiRoute[] {
  return [
    {
      path: '/people/',
      title: 'Person List',
      operations: {
        GET: {
          kind: 'list',
          fields: personFields,
          isForUsers: true,
          run: (request) => personList(context, request),
        },
      },
    },
    {
      path: '/people/:id/',
      title: 'Person Detail',
      operations: {
        GET: {
          kind: 'object',
          fields: personFields,
          isForUsers: true,
          run: (request) => personDetail(context, request),
        },
      },
    },
  ];
}

async function personList({ database }: ApiContext, request: ApiRequest): Promise<Page> {
  const words = searchWords(request.query);
  const order = requestedOrder(request, personOrderNames, { by: 'id', isDescending: false });
  return listPage(request, {
    count: () => countPeople(database, words),
    rows: (slice) => loadPeople(database, words, order, slice),
    answer: (row) => personDetailAnswer(request, row),
  });
}

async function personDetail({ database }: ApiContext, request: ApiRequest): Promise<object> {
  const id = rowNumber(request.params['id'] ?? '');
  const row = id === null ? null : await loadPerson(database, id);
  if (row === null) throw notFound();
  return personDetailAnswer(request, row);
}

function personDetailAnswer(request: ApiRequest, row: PersonDetailRow): object {
  return { ...personAnswer(request, row), user: userAnswerOrNull(request, row.user) };
}
