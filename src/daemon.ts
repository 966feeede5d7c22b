import { hostname } from 'node:os';
import { ConfigError, isLocal } from './config.ts';
import type { Config } from './config.ts';
import { openAuthentication } from './api/authenticate.ts';
import { answerXmlRpc } from './api/xml-rpc.ts';
import { newApiContext } from './api/api-context.ts';
import { apiRoutes, plainRoutes } from './api/routes.ts';
import { feedRoute } from './api/feed.ts';
import { startHttpServer } from './http/server.ts';
import { acceptMessages } from './ingest/accept.ts';
import type { AcceptMessage } from './ingest/accept.ts';
import { startSweeper } from './ingest/sweeper.ts';
import { seldom } from './log-seldom.ts';
import type { Log } from './log.ts';
import { becomeUser, chooseProcessUser } from './process-user.ts';
import { requireNoEviction } from './queue/redis-settings.ts';
import { openSite } from './site.ts';
import type { Site } from './site.ts';
import { knownRecipients } from './smtp/known-recipients.ts';
import { startListener } from './smtp/listener.ts';
import type { ListenerOptions, ListenerTls, ReceivedMessage } from './smtp/listener-options.ts';
import { MessageMemory } from './smtp/message-memory.ts';
import { PeerLimits } from './smtp/peer-limits.ts';
import { loopbackNetworks, peerNetworks } from './smtp/peer-networks.ts';
import { replies } from './smtp/reply.ts';
import { TlsCertificate, TlsCertificateError } from './smtp/tls-certificate.ts';
import { mayBeTriedAgain } from './store/database-errors.ts';
import { openDatabase } from './store/database.ts';
import { openEventSignal } from './store/event-signal.ts';
import { loadMailingLists } from './store/mailing-lists.ts';
import { StorageFullError } from './store/storage-room.ts';
import { startWorkerProcesses, workerScript } from './worker-processes.ts';

/** A part of Patchloom that can run alone, on a host of its own. */
export type DaemonPart = 'smtp' | 'worker' | 'http';

/** A daemon that is ready. */
export interface Daemon {
  /** "ready smtp=127.0.0.1:2525 lmtp=127.0.0.1:2424 http=127.0.0.1:8000"; "off" for what does not run; " smtps=…" follows where that runs. */
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
  const user = await chooseProcessUser(config);
  const site = await openSite(config, log);
  // Mail is stopped before the workers, and the database last.
  const stops = { listeners: [] as Stops, workers: [] as Stops, site: [() => site.close()] };
  const stop = async (): Promise<void> => {
    for (const part of [stops.listeners, stops.workers, stops.site]) {
      for (let step = part.pop(); step !== undefined; step = part.pop()) await step();
    }
  };
  try {
    await requireNoEviction(site.queueLocation, (warning) => log.warn(warning));
    const smtp = parts.has('smtp')
      ? await startListeners(site, log, stops.listeners)
      : nothingListens;
    const http = parts.has('http') ? await startHttp(site, log, stops.listeners) : 'off';
    // The workers are started by who they are to be.
    if (user !== null) await becomeUser(user, workerScript);
    const workers = parts.has('worker') ? startWorkers(site, log, stops.workers) : null;
    const smtps = smtp.smtps === 'off' ? '' : ` smtps=${smtp.smtps}`;
    const readyLine = `ready smtp=${smtp.smtp} lmtp=${smtp.lmtp} http=${http}${smtps}`;
    return { readyLine, smtpAddress: smtp.smtp, workerPids: () => workers?.pids() ?? [], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Stops = (() => Promise<void>)[];

const nothingListens = { smtp: 'off', lmtp: 'off', smtps: 'off' };

/** A list that was added is known to the listeners after this time. */
const listsMaxAgeMs = 5_000;

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

async function startListeners(site: Site, log: Log, stops: Stops): Promise<typeof nothingListens> {
  const { config } = site;
  const certificate = await loadCertificate(config, log, stops);
  const shared = listenerSettings(site);
  const accept = acceptMessages(
    site,
    seldom((error, repeatCount) =>
      log.warn({ err: error, repeatCount }, 'queue out of reach, the sweeper will add the job'),
    ),
  );
  const start = async (
    source: 'smtp' | 'lmtp',
    address: string | null,
    use: ListenerTls['use'],
  ): Promise<string> => {
    if (address === null) return 'off';
    const reportError = seldom((error, repeatCount) =>
      log.error({ err: error, repeatCount }, source),
    );
    const listener = await startListener({
      ...shared,
      address,
      protocol: source,
      ...(certificate === null ? {} : { tls: { certificate, use } }),
      accept: storeMessages(accept, source, reportError),
      reportError,
    });
    stops.push(() => listener.close());
    return listener.address;
  };
  const smtpUse = config.requiresTls ? 'required' : 'offered';
  const lmtpUse = config.requiresTls && !isLocal(config.lmtpAddress) ? 'required' : 'offered';
  return {
    smtp: await start('smtp', config.smtpAddress, smtpUse),
    lmtp: await start('lmtp', config.lmtpAddress, lmtpUse),
    smtps: await start('smtp', config.smtpsAddress, 'immediate'),
  };
}

/** What the mail listeners have in common; they share the memory and the count of peers. */
function listenerSettings({ config, database }: Site) {
  const loadListIds = async (): Promise<string[]> =>
    (await loadMailingLists(database)).map(({ listId }) => listId);
  const recipients =
    config.lists === 'auto' ? {} : { recipientReply: knownRecipients(loadListIds, listsMaxAgeMs) };
  return {
    hostname: hostname(),
    maxMessageBytes: config.maxMessageBytes,
    bareLineEnds: 'reject',
    limits: { maxClients: config.maxSmtpClients },
    allowedPeers: config.smtpPeers,
    peerLimits: new PeerLimits({
      maxClientsPerPeer: config.maxSmtpClientsPerPeer,
      maxConnectionsPerMinute: config.maxSmtpConnectionsPerMinute,
      unlimited: peerNetworks(loopbackNetworks),
    }),
    memory: new MessageMemory(config.maxBufferedBytes),
    ...recipients,
  } satisfies Partial<ListenerOptions>;
}

/** The configured certificate, read again on SIGHUP until the listeners stop; null without one. */
async function loadCertificate(
  config: Config,
  log: Log,
  stops: Stops,
): Promise<TlsCertificate | null> {
  if (config.smtpTls === null) return null;
  try {
    const certificate = await TlsCertificate.load(config.smtpTls);
    const reload = (): void => {
      certificate.reload().then(
        () => log.info('TLS certificate read again'),
        (error) => log.error({ err: error }, 'the TLS certificate stays as it was'),
      );
    };
    process.on('SIGHUP', reload);
    stops.push(async () => void process.off('SIGHUP', reload));
    return certificate;
  } catch (error) {
    if (!(error instanceof TlsCertificateError)) throw error;
    throw new ConfigError(`SMTP_TLS_CERT, SMTP_TLS_KEY: ${error.message}`, { cause: error.cause });
  }
}

function storeMessages(
  accept: AcceptMessage,
  source: string,
  reportError: (error: Error) => void,
): ListenerOptions['accept'] {
  return async (message) => {
    try {
      const receipt = await accept({ raw: message.raw, arrival: arrivalOf(source, message) });
      return receipt.isDuplicate ? replies.alreadyStored : replies.stored;
    } catch (error) {
      if (!(error instanceof StorageFullError)) throw error;
      reportError(error);
      return replies.storageFull;
    }
  };
}

function arrivalOf(source: string, { envelopeFrom, envelopeTo, peer }: ReceivedMessage) {
  return { source, position: null, requestedListId: null, envelopeFrom, envelopeTo, peer };
}

/** Connections of the API; more would only wait for the processors. */
const maxApiConnections = 8;

/** A question that takes longer is not answered: 503. */
const apiStatementTimeoutMs = 15_000;

async function startHttp(site: Site, log: Log, stops: Stops): Promise<string> {
  const { httpAddress, publicUrl } = site.config;
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
    isReady: async () => {
      await database.query('SELECT 1');
      return true;
    },
    failureStatus: (error) => (mayBeTriedAgain(error) ? 503 : 500),
    reportError,
  });
  stops.push(() => server.close());
  return server.address;
}
