import { hostname } from 'node:os';
import type { Config } from './config.ts';
import { startHealthServer } from './http/health-server.ts';
import { acceptMessages } from './ingest/accept.ts';
import type { AcceptMessage } from './ingest/accept.ts';
import { startSweeper } from './ingest/sweeper.ts';
import { seldom } from './log-seldom.ts';
import type { Log } from './log.ts';
import { requireNoEviction } from './queue/redis-settings.ts';
import { openSite } from './site.ts';
import type { Site } from './site.ts';
import { startListener } from './smtp/listener.ts';
import type { ReceivedMessage } from './smtp/listener-options.ts';
import { replies } from './smtp/reply.ts';
import { StorageFullError } from './store/storage-room.ts';
import { startWorkerProcesses } from './worker-processes.ts';

/** A part of Patchloom that can run alone, on a host of its own. */
export type DaemonPart = 'smtp' | 'worker' | 'http';

/** A daemon that is ready. */
export interface Daemon {
  /** "ready smtp=127.0.0.1:2525 lmtp=127.0.0.1:2424 http=127.0.0.1:8000"; "off" for what does not run. */
  readonly readyLine: string;
  /** "127.0.0.1:2525", or "off". */
  readonly smtpAddress: string;
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
  const site = await openSite(config, log);
  const stops: (() => Promise<void>)[] = [() => site.close()];
  const stop = async (): Promise<void> => {
    for (let step = stops.pop(); step !== undefined; step = stops.pop()) await step();
  };
  try {
    await requireNoEviction(site.queueLocation, (warning) => log.warn(warning));
    const workers = parts.has('worker') ? startWorkers(site, log, stops) : null;
    const smtp = parts.has('smtp') ? await startListeners(site, log, stops) : nothingListens;
    const http = parts.has('http') ? await startHttp(site, stops) : 'off';
    const readyLine = `ready smtp=${smtp.smtp} lmtp=${smtp.lmtp} http=${http}`;
    return { readyLine, smtpAddress: smtp.smtp, workerPids: () => workers?.pids() ?? [], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Stops = (() => Promise<void>)[];

const nothingListens = { smtp: 'off', lmtp: 'off' };

function startWorkers(site: Site, log: Log, stops: Stops): ReturnType<typeof startWorkerProcesses> {
  const workers = startWorkerProcesses(site.config, site.databaseUrl, log);
  stops.push(() => workers.stop());
  const sweeper = startSweeper(
    site.database,
    site.queue,
    seldom((error, repeatCount) => log.error({ err: error, repeatCount }, 'sweep failed')),
  );
  stops.push(() => sweeper.stop());
  return workers;
}

async function startListeners(
  site: Site,
  log: Log,
  stops: Stops,
): Promise<{ smtp: string; lmtp: string }> {
  const accept = acceptMessages(
    site,
    seldom((error, repeatCount) =>
      log.warn({ err: error, repeatCount }, 'queue out of reach, the sweeper will add the job'),
    ),
  );
  const { smtpAddress, lmtpAddress } = site.config;
  return {
    smtp: await startProtocol(site, log, stops, accept, 'smtp', smtpAddress),
    lmtp: await startProtocol(site, log, stops, accept, 'lmtp', lmtpAddress),
  };
}

async function startProtocol(
  site: Site,
  log: Log,
  stops: Stops,
  accept: AcceptMessage,
  protocol: 'smtp' | 'lmtp',
  address: string | null,
): Promise<string> {
  if (address === null) return 'off';
  const reportError = seldom((error, repeatCount) =>
    log.error({ err: error, repeatCount }, protocol),
  );
  const listener = await startListener({
    address,
    protocol,
    hostname: hostname(),
    maxMessageBytes: site.config.maxMessageBytes,
    bareLineEnds: 'reject',
    async accept(message) {
      try {
        const receipt = await accept({ raw: message.raw, arrival: arrivalOf(protocol, message) });
        return receipt.isDuplicate ? replies.alreadyStored : replies.stored;
      } catch (error) {
        if (!(error instanceof StorageFullError)) throw error;
        reportError(error);
        return replies.storageFull;
      }
    },
    reportError,
  });
  stops.push(() => listener.close());
  return listener.address;
}

function arrivalOf(source: string, { envelopeFrom, envelopeTo, peer }: ReceivedMessage) {
  return { source, position: null, requestedListId: null, envelopeFrom, envelopeTo, peer };
}

async function startHttp(site: Site, stops: Stops): Promise<string> {
  const { httpAddress } = site.config;
  if (httpAddress === null) return 'off';
  const server = await startHealthServer(httpAddress, async () => {
    await site.database.query('SELECT 1');
    return true;
  });
  stops.push(() => server.close());
  return server.address;
}
