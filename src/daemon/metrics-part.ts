import { openAuthentication } from '../api/authenticate.ts';
import { startHttpServer } from '../http/server.ts';
import { seldom } from '../log-seldom.ts';
import type { Log } from '../log.ts';
import type { Observability } from '../observability.ts';
import type { Site } from '../site.ts';
import { failureStatus } from './failure-status.ts';
import type { Stops } from './stops.ts';

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
