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
import { openDatabase } from '../store/database.ts';
import { openEventSignal } from '../store/event-signal.ts';
import { failureStatus } from './failure-status.ts';
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
