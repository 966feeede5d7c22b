import type { Config } from './config.ts';
import type { MailAddresses } from './daemon/mail-part.ts';
import { runStops } from './daemon/stops.ts';
import type { Stops } from './daemon/stops.ts';
import { startWorkers } from './daemon/worker-part.ts';
import type { Log } from './log.ts';
import { openObservability } from './observability.ts';
import { becomeUser, chooseProcessUser } from './process-user.ts';
import { requireNoEviction } from './queue/redis-settings.ts';
import { openSite } from './site.ts';
import { workerScript } from './worker-processes.ts';

/** A part of Patchloom that can run alone, on a host of its own. */
export type DaemonPart = 'smtp' | 'worker' | 'http';

/** A daemon that is ready. */
export interface Daemon {
  /** "ready smtp=127.0.0.1:2525 lmtp=127.0.0.1:2424 http=127.0.0.1:8000"; "off" for what does not run; " smtps=…" and " metrics=…" follow where these run. */
  readonly readyLine: string;
  /** "127.0.0.1:2525", or "off". */
  readonly smtpAddress: string;
  /** "127.0.0.1:8000", or "off". */
  readonly httpAddress: string;
  readonly workerPids: () => number[];
  /** Takes no more mail, lets what came in finish, and lets go of everything. */
  stop(): Promise<void>;
}

/** Starts the named parts; resolves when mail is taken and jobs are worked on. */
export async function startDaemon(
  config: Config,
  parts: ReadonlySet<DaemonPart>,
  log: Log,
): Promise<Daemon> {
  const user = await chooseProcessUser(config);
  // What a part needs is loaded while Postgres starts, and only where the part runs.
  const [site, mailPart, httpPart, metricsPart] = await Promise.all([
    openSite(config, log),
    parts.has('smtp') ? import('./daemon/mail-part.ts') : null,
    parts.has('http') ? import('./daemon/http-part.ts') : null,
    config.metricsAddress === null ? null : import('./daemon/metrics-part.ts'),
  ]);
  // Mail is stopped before the workers, and the database last.
  const stops = { listeners: [] as Stops, workers: [] as Stops, site: [() => site.close()] };
  const duties = { takesMail: parts.has('smtp'), indexes: parts.has('worker') };
  const observed = openObservability(site, duties, log);
  stops.site.push(async () => observed.close());
  const stop = async (): Promise<void> => {
    for (const part of [stops.listeners, stops.workers, stops.site]) await runStops(part);
  };
  try {
    await requireNoEviction(site.queueLocation, (warning) => log.warn(warning));
    const started = [site, observed, log, stops.listeners] as const;
    const smtp = (await mailPart?.startListeners(...started)) ?? nothingListens;
    const http = (await httpPart?.startHttp(...started)) ?? 'off';
    const metrics = (await metricsPart?.startMetrics(...started)) ?? 'off';
    // The workers are started by who they are to be.
    if (user !== null) await becomeUser(user, workerScript);
    const workers = parts.has('worker')
      ? await startWorkers(site, observed, log, stops.workers)
      : null;
    const smtps = smtp.smtps === 'off' ? '' : ` smtps=${smtp.smtps}`;
    const own = metrics === 'off' ? '' : ` metrics=${metrics}`;
    const readyLine = `ready smtp=${smtp.smtp} lmtp=${smtp.lmtp} http=${http}${smtps}${own}`;
    return {
      readyLine,
      smtpAddress: smtp.smtp,
      httpAddress: http,
      workerPids: () => workers?.pids() ?? [],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const nothingListens: MailAddresses = { smtp: 'off', lmtp: 'off', smtps: 'off' };
