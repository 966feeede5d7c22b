import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ApiError } from '../../src/http/api-error.ts';
import { startHttpServer } from '../../src/http/server.ts';
import type { HttpServer, HttpServerOptions } from '../../src/http/server.ts';

/** A server on a free port that is closed when the test ends; what it fails with fails the test. */
export async function openServer(
  context: TestContext,
  options: Partial<HttpServerOptions> = {},
): Promise<HttpServer> {
  const server = await startHttpServer({
    address: '127.0.0.1:0',
    publicUrl: null,
    apiRoutes: [],
    plainRoutes: [],
    authenticate: async () => {
      throw new ApiError(403, { detail: 'Invalid token.' });
    },
    obstacles: async () => [],
    metricsText: null,
    failureStatus: () => 500,
    reportError: (error) => assert.fail(String(error)),
    ...options,
  });
  context.after(() => server.close());
  return server;
}
