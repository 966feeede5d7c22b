import { userDetailFields, userFields } from '../http/answer-fields.ts';
import { notFound } from '../http/api-error.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import { countUsers, loadUser, loadUsers, userOrderNames } from '../store/api/people.ts';
import type { UserDetailRow } from '../store/api/people.ts';
import { changeOperations } from './change-operations.ts';
import type { ApiContext } from './api-context.ts';
import { userAnswer } from './embedded.ts';
import { searchWords, smallRowNumber } from './filters.ts';
import { listPage, requestedOrder } from './list-page.ts';
import { requestedId } from './requested-id.ts';
import { writeUser } from './write-user.ts';

/** /users/ and /users/ID/, for users alone. */
export function userRoutes(context: ApiContext): ApiRoute[] {
  return [
    {
      path: '/users/',
      title: 'User List',
      operations: {
        GET: {
          kind: 'list',
          fields: userFields,
          isForUsers: true,
          run: (request) => userList(context, request),
        },
      },
    },
    {
      path: '/users/:id/',
      title: 'User Detail',
      operations: {
        GET: {
          kind: 'object',
          fields: userDetailFields,
          isForUsers: true,
          run: (request) => userDetail(context, request),
        },
        ...changeOperations(userDetailFields, async (request, body) => {
          const userId = requestedId(request, 'id');
          await writeUser(context.database, { userId, caller: request.caller, body });
          context.projects.forget();
          return userDetail(context, request);
        }),
      },
    },
  ];
}

async function userList({ database }: ApiContext, request: ApiRequest): Promise<Page> {
  const words = searchWords(request.query);
  const order = requestedOrder(request, userOrderNames, { by: 'id', isDescending: false });
  return listPage(request, {
    count: () => countUsers(database, words),
    rows: (slice) => loadUsers(database, words, order, slice),
    answer: (row) => userAnswer(request, row),
  });
}

async function userDetail({ database }: ApiContext, request: ApiRequest): Promise<object> {
  const id = smallRowNumber(request.params['id'] ?? '');
  const row = id === null ? null : await loadUser(database, id);
  if (row === null) throw notFound();
  return userDetailAnswer(request, row);
}

/** A user as the API answers for it: settings are for that user alone. */
export function userDetailAnswer(request: ApiRequest, row: UserDetailRow): object {
  const answer = userAnswer(request, row);
  if (request.caller?.userId !== row.id) return answer;
  const { sendEmail, itemsPerPage, showIds } = row;
  return {
    ...answer,
    settings: { send_email: sendEmail, items_per_page: itemsPerPage, show_ids: showIds },
  };
}
