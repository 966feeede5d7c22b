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
import { messageIdOfRaw } from './ingest/message-id-of-raw.ts';
import { startSweeper } from './ingest/sweeper.ts';
import { seldom } from './log-seldom.ts';
import type { Log } from './log.ts';
import { value } from './metrics/database-metrics.ts';
import { measuresOfAnswer } from './metrics/measures.ts';
import { openObservability } from './observability.ts';
import type { Observability } from './observability.ts';
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
  const site = await openSite(config, log);
  // Mail is stopped before the workers, and the database last.
  const stops = { listeners: [] as Stops, workers: [] as Stops, site: [() => site.close()] };
  const duties = { takesMail: parts.has('smtp'), indexes: parts.has('worker') };
  const observed = openObservability(site, duties, log);
  stops.site.push(async () => observed.close());
  const stop = async (): Promise<void> => {
    for (const part of [stops.listeners, stops.workers, stops.site]) {
      for (let step = part.pop(); step !== undefined; step = part.pop()) await step();
    }
  };
  try {
    await requireNoEviction(site.queueLocation, (warning) => log.warn(warning));
    const smtp = parts.has('smtp')
      ? await startListeners(site, observed, log, stops.listeners)
      : nothingListens;
    const http = parts.has('http') ? await startHttp(site, observed, log, stops.listeners) : 'off';
    const metrics = await startMetrics(site, observed, log, stops.listeners);
    await site.queue.open();
    // The workers are started by who they are to be.
    if (user !== null) await becomeUser(user, workerScript);
    const workers = parts.has('worker') ? startWorkers(site, observed, log, stops.workers) : null;
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

type Stops = (() => Promise<void>)[];

const nothingListens = { smtp: 'off', lmtp: 'off', smtps: 'off' };

/** A list that was added is known to the listeners after this time. */
const listsMaxAgeMs = 5_000;

function startWorkers(
  site: Site,
  observed: Observability,
  log: Log,
  stops: Stops,
): ReturnType<typeof startWorkerProcesses> {
  const workers = startWorkerProcesses(site.config, site.databaseUrl, log, observed.record);
  observed.addSource(() => [
    value('worker_processes', 'Worker processes of this one that are ready.', workers.readyCount()),
    value('worker_processes_wanted', 'As many as should be.', site.config.workerCount),
  ]);
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
  observed: Observability,
  log: Log,
  stops: Stops,
): Promise<typeof nothingListens> {
  const { config } = site;
  const certificate = await loadCertificate(config, log, stops);
  const shared = listenerSettings(site, observed);
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
    const reportError = seldom<RefusedMessage>((error, repeatCount, message) =>
      log.error({ err: error, repeatCount, ...message }, source),
    );
    const listener = await startListener({
      ...shared,
      address,
      protocol: source,
      ...(certificate === null ? {} : { tls: { certificate, use } }),
      accept: storeMessages(accept, source, reportError),
      reportError: (error) => reportError(error),
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
function listenerSettings({ config, database }: Site, observed: Observability) {
  const memory = new MessageMemory(config.maxBufferedBytes);
  observed.addSource(() => [
    value('buffered_bytes', 'Of messages that are coming in.', memory.usedBytes),
    value('buffered_bytes_limit', 'MAX_BUFFERED_BYTES.', memory.maxBytes),
  ]);
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
    memory,
    onRefusal: (code) =>
      observed.record({ name: 'smtpRefusals', labels: { code: String(code) }, value: 1 }),
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

/** How a message that was not stored is known in the log. */
interface RefusedMessage {
  readonly stage: 'accept';
  readonly messageId: string | null;
}

function storeMessages(
  accept: AcceptMessage,
  source: string,
  reportError: (error: unknown, message: RefusedMessage) => void,
): ListenerOptions['accept'] {
  return async (message) => {
    try {
      const receipt = await accept({ raw: message.raw, arrival: arrivalOf(source, message) });
      return receipt.isDuplicate ? replies.alreadyStored : replies.stored;
    } catch (error) {
      reportError(error, { stage: 'accept', messageId: messageIdOfRaw(message.raw) });
      return error instanceof StorageFullError ? replies.storageFull : replies.unavailable;
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

async function startHttp(
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

/** A listener for those who watch, that has nothing of the API. */
async function startMetrics(
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
