import type { FastifyInstance } from 'fastify';

/** Why work should not be sent here now, in words that anybody may read; [] when there is no reason. */
export type Obstacles = () => Promise<readonly string[]>;

/** GET /healthz: 200 while the process lives. GET /readyz: 200 without obstacles, else 503 and what they are. */
export function addHealthRoutes(app: FastifyInstance, obstacles: Obstacles): void {
  app.get('/healthz', async (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', async (_request, reply) => {
    const found = await obstacles().catch(() => ['it cannot be told']);
    return reply
      .code(found.length === 0 ? 200 : 503)
      .type('text/plain')
      .send(found.length === 0 ? 'ready\n' : `not ready: ${found.join(', ')}\n`);
  });
}
