import type { FastifyInstance } from 'fastify';
import { redirectToSlash } from './redirect.ts';
import type { PlainRoute } from './route.ts';
import { siteRequest } from './site-request.ts';
import type { ServerContext } from './site-request.ts';

/** Adds paths outside the API. */
export function addPlainRoutes(
  app: FastifyInstance,
  context: ServerContext,
  routes: readonly PlainRoute[],
): void {
  for (const route of routes) {
    if (route.path !== '/' && route.path.endsWith('/')) redirectToSlash(app, route.path);
    app.get(route.path, { config: { isPlain: true } }, async (request, reply) => {
      const { status, headers, body } = await route.run(await siteRequest(context, request));
      return reply.code(status).headers(headers).send(body);
    });
  }
}
