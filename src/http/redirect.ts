import type { FastifyInstance, FastifyReply } from 'fastify';

/** Sends the client on to `target`, a path on this site. */
export function redirect(
  reply: FastifyReply,
  status: 301 | 302 | 308,
  target: string,
): FastifyReply {
  return reply
    .code(status)
    .headers({ Location: target, 'Content-Type': 'text/html; charset=utf-8' })
    .send('');
}

/**
 * Answers `path` without its slash at the end by the way to it, the query kept: 301 as Patchwork does, where clients
 * depend on it; 308 for writes, which a 301 would turn into reads.
 */
export function redirectToSlash(app: FastifyInstance, path: string): void {
  app.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: path.slice(0, -1),
    handler: async (request, reply) => {
      const target = request.raw.url ?? '';
      const at = target.indexOf('?');
      const [before, query] = at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at)];
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      return redirect(reply, isRead ? 301 : 308, `${before}/${query}`);
    },
  });
}
