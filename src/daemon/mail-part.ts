import { hostname } from 'node:os';
import { isLocal } from '../config.ts';
import { acceptMessages } from '../ingest/accept.ts';
import { seldom } from '../log-seldom.ts';
import type { Log } from '../log.ts';
import { value } from '../metrics/database-metrics.ts';
import type { Observability } from '../observability.ts';
import type { Site } from '../site.ts';
import { knownRecipients } from '../smtp/known-recipients.ts';
import { startListener } from '../smtp/listener.ts';
import type { ListenerOptions, ListenerTls } from '../smtp/listener-options.ts';
import { MessageMemory } from '../smtp/message-memory.ts';
import { PeerLimits } from '../smtp/peer-limits.ts';
import { loopbackNetworks, peerNetworks } from '../smtp/peer-networks.ts';
import { loadMailingLists } from '../store/mailing-lists.ts';
import { loadCertificate } from './certificate.ts';
import type { Stops } from './stops.ts';
import { storeMessages } from './store-messages.ts';
import type { RefusedMessage } from './store-messages.ts';

/** Where mail is taken: "127.0.0.1:2525", or "off". */
export interface MailAddresses {
  readonly smtp: string;
  readonly lmtp: string;
  readonly smtps: string;
}

/** A list that was added is known to the listeners after this time. */
const listsMaxAgeMs = 5_000;

/** Starts the configured mail listeners. */
export async function startListeners(
  site: Site,
  observed: Observability,
  log: Log,
  stops: Stops,
): Promise<MailAddresses> {
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
