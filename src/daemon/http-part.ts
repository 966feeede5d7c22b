import { newApiContext } from '../api/api-context.ts';
import { openAuthentication } from '../api/authenticate.ts';
import { feedRoute } from '../api/feed.ts';
import { apiRoutes, plainRoutes } from '../api/routes.ts';
import { answerXmlRpc } from '../api/xml-rpc.ts';
import { startHttpServer } from '../http/server.ts';
import { seldom } from '../log-seldom.ts';
import type { Log } from '../log.ts';
import { measuresOfAnswer } from '../metrics/measures.ts';
import type { Observability } from '../observability.ts';
import type { Site } from '../site.ts';
import { mayBeTriedAgain } from '../store/database-errors.ts';
import { openDatabase } from '../store/database.ts';
import { openEventSignal } from '../store/event-signal.ts';
import type { Stops } from './stops.ts';

/** Connections of the API; more would only wait for the processors. */
const maxApiConnections = 8;

/** A question that takes longer is not answered: 503. */
const apiStatementTimeoutMs = 15_000;

/** Starts the API; resolves to its address, or "off". */
export async function startHttp(
  site: Site,
  observed: Observability,
  log: Log,
  stops: Stops,
): Promise<string> {
  const { httpAddress, publicUrl, hasMetricsOverHttp } = site.config;
  if (httpAddress === null) return 'off';
  const database = openDatabase(site.databaseUrl, {
    maxConnections: maxApiConnections,
    applicationName: 'patchloom api',
    statementTimeoutMs: apiStatementTimeoutMs,
    keepsConnections: true,
  });
  stops.push(() => database.end());
  const context = newApiContext(database);
  const reportError = seldom((error, repeatCount) =>
    log.error({ err: error, repeatCount }, 'http'),
  );
  const signal = openEventSignal({ database, databaseUrl: site.databaseUrl, reportError });
  stops.push(() => signal.close());
  const authenticate = openAuthentication(database);
  const server = await startHttpServer({
    address: httpAddress,
    publicUrl,
    apiRoutes: apiRoutes(context),
    plainRoutes: [...plainRoutes(context), feedRoute(context, signal)],
    authenticate,
    answerXmlRpc: answerXmlRpc({ database }, authenticate),
    obstacles: observed.obstacles,
    metricsText: hasMetricsOverHttp ? observed.metricsText : null,
    onAnswer: (answered) => measuresOfAnswer(answered).forEach(observed.record),
    failureStatus,
    reportError,
  });
  stops.push(() => server.close());
  return server.address;
}

function failureStatus(error: unknown): 500 | 503 {
  return mayBeTriedAgain(error) ? 503 : 500;
}

/** Starts the listener for those who watch, that has nothing of the API; resolves to its address, or "off". */
export async function startMetrics(
  { config, database }: Site,
  observed: Observability,
  log: Log,
  stops: Stops,
): Promise<string> {
  if (config.metricsAddress === null) return 'off';
  const server = await startHttpServer({
    address: config.metricsAddress,
    publicUrl: null,
    apiRoutes: [],
    plainRoutes: [],
    authenticate: openAuthentication(database),
    obstacles: observed.obstacles,
    metricsText: observed.metricsText,
    failureStatus,
    reportError: seldom((error, repeatCount) => log.error({ err: error, repeatCount }, 'metrics')),
  });
  stops.push(() => server.close());
  return server.address;
}
