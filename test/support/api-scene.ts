import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { newApiContext } from '../../src/api/api-context.ts';
import { openAuthentication } from '../../src/api/authenticate.ts';
import { answerXmlRpc } from '../../src/api/xml-rpc.ts';
import { apiRoutes, plainRoutes } from '../../src/api/routes.ts';
import { feedRoute } from '../../src/api/feed.ts';
import type { Authenticate } from '../../src/http/authenticate.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { openEventSignal } from '../../src/store/event-signal.ts';
import type { Database } from '../../src/store/database.ts';
import { openTestDatabase } from './test-database.ts';

/** JSON whose shape the test knows. */
export type AnyAnswer = ReturnType<typeof JSON.parse>;

/** The API over a database of one test. */
export interface ApiScene {
  readonly database: Database;
  /** "http://127.0.0.1:41234" */
  readonly site: string;
  /** The answer's JSON; fails the test when the status is another. */
  ask<Answer = AnyAnswer>(path: string, status?: number): Promise<Answer>;
  fetch(path: string, options?: RequestInit): Promise<Response>;
}

export interface ApiSceneOptions {
  readonly publicUrl?: string;
  readonly authenticate?: Authenticate;
}

/** Opens the API on a free port; an error inside it fails the test. */
export async function openApi(
  context: TestContext,
  options: ApiSceneOptions = {},
): Promise<ApiScene> {
  const { database, url: databaseUrl } = await openTestDatabase(context);
  const errors: unknown[] = [];
  const apiContext = newApiContext(database);
  const reportError = (): void => undefined;
  const signal = openEventSignal({ database, databaseUrl, reportError });
  context.after(() => signal.close());
  const authenticate = options.authenticate ?? openAuthentication(database);
  const server = await startHttpServer({
    address: '127.0.0.1:0',
    publicUrl: options.publicUrl ?? null,
    apiRoutes: apiRoutes(apiContext),
    plainRoutes: [...plainRoutes(apiContext), feedRoute(apiContext, signal)],
    authenticate,
    answerXmlRpc: answerXmlRpc({ database }, authenticate),
    obstacles: async () => [],
    metricsText: null,
    failureStatus: () => 500,
    reportError: (error) => errors.push(error),
  });
  context.after(async () => {
    await server.close();
    assert.deepEqual(errors, []);
  });
  const site = `http://${server.address}`;
  const ask: ApiScene['ask'] = async (path, status = 200) => {
    const response = await fetch(`${site}${path}`);
    const text = await response.text();
    assert.equal(response.status, status, `${path}: ${text}`);
    return JSON.parse(text);
  };
  return {
    database,
    site,
    ask,
    fetch: async (path, init) => fetch(`${site}${path}`, { redirect: 'manual', ...init }),
  };
}
