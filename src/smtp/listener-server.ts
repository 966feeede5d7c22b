/* oxlint-disable no-underscore-dangle -- smtp-server hides nothing behind its underscores: they are in its types, and its version is pinned */
import { SMTPServer } from 'smtp-server';
import type {
  SMTPServerAddress,
  SMTPServerDataStream,
  SMTPServerOptions,
  SMTPServerSession,
} from 'smtp-server';
import { Admission, turnAway } from './admission.ts';
import { hasBareLineEnd, withCrlfLineEnds } from './line-ends.ts';
import { ListenerConnection } from './listener-connection.ts';
import {
  type ListenerLimits,
  type ListenerOptions,
  defaultListenerLimits,
} from './listener-options.ts';
import { MessageMemory, type MemoryLease } from './message-memory.ts';
import { receivedData } from './received-data.ts';
import { replies, replyError, type Reply } from './reply.ts';

type ConnectParameters = Parameters<SMTPServer['connect']>;
type AcceptParameters = Parameters<SMTPServer['_acceptSocket']>;
type UpgradeParameters = Parameters<SMTPServer['_upgrade']>;
type RefusalCallback = (error?: Error | null) => void;
type DataCallback = Parameters<NonNullable<SMTPServerOptions['onData']>>[2];

/** RFC 1870, 6152, 6531; RFC 3461 and 4954 are not offered, but senders that use them ask for nothing that is missed here. */
const knownParameters = new Set([
  'SIZE',
  'BODY',
  'SMTPUTF8',
  'RET',
  'ENVID',
  'AUTH',
  'NOTIFY',
  'ORCPT',
]);

/** Never offered: there is nobody to authenticate, and the rest is for proxies or a joke. */
const disabledCommands = ['AUTH', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL'];

/** smtp-server with its mail transactions turned into calls of `accept`, and connections admitted one by one. */
export class ListenerServer extends SMTPServer {
  readonly limits: ListenerLimits;
  readonly openConnections = new Set<ListenerConnection>();
  readonly memory: MessageMemory;
  readonly #options: ListenerOptions;
  readonly #admission: Admission;
  readonly #bySession = new WeakMap<SMTPServerSession, ListenerConnection>();
  #isClosing = false;

  constructor(options: ListenerOptions) {
    const limits = { ...defaultListenerLimits, ...options.limits };
    super(serverOptions(options, limits));
    this.limits = limits;
    this.memory = options.memory ?? new MessageMemory(limits.maxClients * options.maxMessageBytes);
    this.#options = options;
    this.#admission = new Admission(options, limits.maxClients, () => this.#endLongestWait());
    // smtp-server makes a context of a key that is public, and shows it unless it finds another in its place.
    this.secureContext = options.tls?.certificate.contexts ?? new Map();
  }

  /** Connections that are admitted, those of which the TLS handshake has not ended among them. */
  get openCount(): number {
    return this.#admission.openCount;
  }

  /** Whether memory has room for a message of `byteCount`, 0 where that is not known. */
  hasRoomFor(byteCount: number): boolean {
    return this.memory.hasRoomFor(byteCount);
  }

  /** Every reply is told of here. */
  noteReply(code: number): void {
    if (code >= 400) this.#options.onRefusal?.(code);
  }

  /** The first that happens to a connection. */
  override _acceptSocket(
    socket: AcceptParameters[0],
    isHandshakeAhead: AcceptParameters[1],
  ): ReturnType<SMTPServer['_acceptSocket']> {
    const refusal = this.#admission.refusal(socket, typeof this.server.address() === 'string');
    if (refusal !== null) {
      this.noteReply(refusal.code);
      turnAway(socket, refusal, !isHandshakeAhead);
      return false;
    }
    const release = super._acceptSocket(socket, isHandshakeAhead);
    if (!release || !isHandshakeAhead) return release;
    const timer = setTimeout(() => {
      this._pendingSockets.get(socket)?.destroy();
    }, this.limits.commandMs);
    return () => {
      clearTimeout(timer);
      release();
    };
  }

  /** Begins the TLS handshake of a listener that speaks TLS from the first byte. */
  override _upgrade(socket: UpgradeParameters[0], callback: UpgradeParameters[1]): void {
    // One turn of the event loop has passed since it was accepted. Node 20 crashes when TLS begins on a closed socket.
    if (socket.destroyed) callback(Object.assign(new Error('gone before TLS'), { meta: {} }));
    else super._upgrade(socket, callback);
  }

  override connect(socket: ConnectParameters[0], options?: ConnectParameters[1]): void {
    const connection = new ListenerConnection(this, socket, options);
    this.connections.add(connection);
    this.openConnections.add(connection);
    this.#bySession.set(connection.session, connection);
    // STARTTLS takes all listeners of the plain socket away: see onClose.
    connection.once('closed', () => this.#admission.release(socket));
    // A peer that resets its connection has been told nothing and will come again.
    connection.on('error', () => undefined);
    connection.init();
  }

  override onClose(session: SMTPServerSession): void {
    const connection = this.#connectionOf(session);
    this.openConnections.delete(connection);
    connection.emit('closed');
  }

  /** Errors of the listening socket are reported; that a peer cannot do TLS is its own affair. */
  override _onError(error: Error): void {
    if (!('meta' in error)) super._onError(error);
  }

  override onMailFrom(
    from: SMTPServerAddress,
    session: SMTPServerSession,
    answer: RefusalCallback,
  ): void {
    this.#connectionOf(session).acceptedRecipients = [];
    const refusal = this.#senderRefusal(from, session);
    answer(refusal === null ? null : replyError(refusal));
  }

  override onRcptTo(
    to: SMTPServerAddress,
    session: SMTPServerSession,
    answer: RefusalCallback,
  ): void {
    void this.#answerRecipient(to, this.#connectionOf(session), answer);
  }

  override onData(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    answer: DataCallback,
  ): void {
    const connection = this.#connectionOf(session);
    connection.beginData();
    void this.#answerData(connection, this.#receive(stream, session), answer);
  }

  /** Refuses new connections and commands, and ends those that are not receiving a message. */
  beginClosing(): void {
    this.#isClosing = true;
    super.close();
    for (const connection of this.openConnections) {
      if (!connection.isReceiving) connection.reply(replies.shuttingDown);
    }
  }

  #endLongestWait(): void {
    let longest: ListenerConnection | null = null;
    let sinceMs = performance.now() - this.limits.givesWayMs;
    for (const connection of this.openConnections) {
      if (connection.waitingSinceMs === null || connection.waitingSinceMs > sinceMs) continue;
      longest = connection;
      sinceMs = connection.waitingSinceMs;
    }
    if (longest === null) return;
    longest.reply(replies.placeNeeded);
    longest.destroySoon();
    this.openConnections.delete(longest);
    longest.emit('closed');
  }

  async #answerData(
    connection: ListenerConnection,
    received: Promise<Reply | null>,
    answer: DataCallback,
  ): Promise<void> {
    const reply = await received;
    connection.endData();
    if (reply === null) return;
    if (reply.code === 421) connection.reply(reply);
    else connection.answerData(reply, answer);
    if (this.#isClosing) connection.reply(replies.shuttingDown);
  }

  #connectionOf(session: SMTPServerSession): ListenerConnection {
    const connection = this.#bySession.get(session);
    if (connection === undefined) throw new Error('a session without its connection');
    return connection;
  }

  #senderRefusal(from: SMTPServerAddress, session: SMTPServerSession): Reply | null {
    if (this.#options.tls?.use === 'required' && !session.secure) return replies.tlsRequired;
    if (hasUnknownParameter(from)) return replies.unknownParameter;
    const size = from.args === false ? 0 : Number(from.args['SIZE'] ?? 0);
    return this.hasRoomFor(size) ? null : replies.tooMuchAtOnce;
  }

  async #answerRecipient(
    to: SMTPServerAddress,
    connection: ListenerConnection,
    answer: RefusalCallback,
  ): Promise<void> {
    const refusal = await this.#recipientRefusal(to, connection.acceptedRecipients.length);
    if (refusal === null) connection.acceptedRecipients.push(to.address);
    answer(refusal === null ? null : replyError(refusal));
  }

  async #recipientRefusal(to: SMTPServerAddress, acceptedCount: number): Promise<Reply | null> {
    if (hasUnknownParameter(to)) return replies.unknownParameter;
    if (acceptedCount >= this.limits.maxRecipients) return replies.tooManyRecipients;
    if (this.#options.recipientReply === undefined) return null;
    return this.#replyInTime(
      async () => (await this.#options.recipientReply?.(to.address)) ?? null,
    );
  }

  async #receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Reply | null> {
    const { maxMessageBytes } = this.#options;
    const lease = this.memory.lease();
    const received = await receivedData(stream, { ...this.limits, maxMessageBytes }, lease);
    if (received.outcome === 'message') return this.#acceptMessage(received.raw, session, lease);
    lease.end();
    switch (received.outcome) {
      case 'dropped':
        return null;
      case 'too-slow':
        return replies.dataTooSlow;
      case 'far-too-big':
        return replies.cutOversized;
      case 'too-big':
        return replies.messageTooBig;
      case 'no-memory':
        return replies.tooMuchAtOnce;
      default:
        return received satisfies never;
    }
  }

  async #acceptMessage(
    raw: Buffer,
    session: SMTPServerSession,
    lease: MemoryLease,
  ): Promise<Reply> {
    const isBare = hasBareLineEnd(raw);
    if (isBare && this.#options.bareLineEnds === 'reject') {
      lease.end();
      return replies.bareLineEnd;
    }
    const { mailFrom, rcptTo } = session.envelope;
    const message = {
      raw: isBare ? withCrlfLineEnds(raw) : raw,
      envelopeFrom: mailFrom === false ? '' : mailFrom.address,
      envelopeTo: rcptTo.map(({ address }) => address),
      peer: session.remoteAddress === '' ? null : session.remoteAddress,
    };
    return this.#replyInTime(async () => {
      try {
        return await this.#options.accept(message);
      } finally {
        lease.end();
      }
    });
  }

  /** The reply that an action comes to; 451 when it fails or misses its deadline. */
  async #replyInTime<Answer extends Reply | null>(
    action: () => Promise<Answer>,
  ): Promise<Answer | Reply> {
    const { acceptMs } = this.limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no reply within ${acceptMs} ms`)), acceptMs);
    });
    try {
      return await Promise.race([action(), late]);
    } catch (error) {
      this.#options.reportError(error instanceof Error ? error : new Error(String(error)));
      return replies.unavailable;
    } finally {
      clearTimeout(timer);
    }
  }
}

function serverOptions(options: ListenerOptions, limits: ListenerLimits): SMTPServerOptions {
  const offersStartTls = options.tls !== undefined && options.tls.use !== 'immediate';
  return {
    name: options.hostname,
    lmtp: options.protocol === 'lmtp',
    secure: options.tls?.use === 'immediate',
    size: options.maxMessageBytes,
    socketTimeout: limits.idleMs,
    disabledCommands: offersStartTls ? disabledCommands : [...disabledCommands, 'STARTTLS'],
    hideENHANCEDSTATUSCODES: false,
    disableReverseLookup: true,
    // Its stricter rule refuses senders that exist, such as "a..b@example.org".
    lenientAddressParsing: true,
    logger: false,
  };
}

/** Parameters that are not offered are refused, as RFC 5321 section 4.1.1.11 asks. */
function hasUnknownParameter({ args }: SMTPServerAddress): boolean {
  return args !== false && Object.keys(args).some((name) => !knownParameters.has(name));
}
