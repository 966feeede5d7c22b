import type { FastifyInstance } from 'fastify';

/** All metrics, in Prometheus's text format 0.0.4. */
export type MetricsText = () => Promise<string>;

/** GET /metrics */
export function addMetricsRoute(app: FastifyInstance, metricsText: MetricsText): void {
  app.get('/metrics', async (_request, reply) =>
    reply
      .header('Cache-Control', 'no-store')
      .type('text/plain; version=0.0.4; charset=utf-8')
      .send(await metricsText()),
  );
}
