import { indexFields, listNames } from '../http/answer-fields.ts';
import type { ApiRoute } from '../http/route.ts';

/** The API's own address: where its lists are. */
export function indexRoute(): ApiRoute {
  return {
    path: '/',
    title: 'API Root',
    operations: {
      GET: {
        kind: 'object',
        fields: indexFields,
        run: async ({ root, urlEnd }) =>
          Object.fromEntries(listNames.map((name) => [name, `${root}/${name}/${urlEnd}`])),
      },
    },
  };
}
