import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPServer } from 'smtp-server';
import type {
  SMTPServerAddress,
  SMTPServerDataStream,
  SMTPServerOptions,
  SMTPServerSession,
} from 'smtp-server';
import { hasBareLineEnd, withCrlfLineEnds } from './line-ends.ts';
import { ListenerConnection } from './listener-connection.ts';
import {
  type ListenerLimits,
  type ListenerOptions,
  defaultListenerLimits,
} from './listener-options.ts';
import { receivedData } from './received-data.ts';
import { replies, replyError, type Reply } from './reply.ts';

type ConnectParameters = Parameters<SMTPServer['connect']>;
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

/**
 * smtp-server with its mail transactions turned into calls of `accept`. AUTH and STARTTLS are not offered: the key that
 * smtp-server brings along is public, and there is nobody to authenticate.
 */
export class ListenerServer extends SMTPServer {
  readonly limits: ListenerLimits;
  readonly openConnections = new Set<ListenerConnection>();
  readonly #options: ListenerOptions;
  readonly #bySession = new WeakMap<SMTPServerSession, ListenerConnection>();
  #isClosing = false;

  constructor(options: ListenerOptions) {
    const limits = { ...defaultListenerLimits, ...options.limits };
    super({
      name: options.hostname,
      lmtp: options.protocol === 'lmtp',
      size: options.maxMessageBytes,
      maxClients: limits.maxClients,
      socketTimeout: limits.idleMs,
      disabledCommands: ['AUTH', 'STARTTLS', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL'],
      hideENHANCEDSTATUSCODES: false,
      disableReverseLookup: true,
      // Its stricter rule refuses senders that exist, such as "a..b@example.org".
      lenientAddressParsing: true,
      logger: false,
    });
    this.limits = limits;
    this.#options = options;
  }

  override connect(socket: ConnectParameters[0], options?: ConnectParameters[1]): void {
    const connection = new ListenerConnection(this, socket, options);
    this.connections.add(connection);
    this.#watch(connection, socket);
    connection.init();
  }

  override onMailFrom(
    from: SMTPServerAddress,
    session: SMTPServerSession,
    answer: RefusalCallback,
  ): void {
    this.#connectionOf(session).acceptedRecipients = [];
    answer(hasUnknownParameter(from) ? replyError(replies.unknownParameter) : null);
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
    connection.isReceiving = true;
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

  async #answerData(
    connection: ListenerConnection,
    received: Promise<Reply | null>,
    answer: DataCallback,
  ): Promise<void> {
    const reply = await received;
    connection.isReceiving = false;
    if (reply === null) return;
    if (reply.code === 421) connection.reply(reply);
    else connection.answerData(reply, answer);
    if (this.#isClosing) connection.reply(replies.shuttingDown);
  }

  #watch(connection: ListenerConnection, socket: Socket | TLSSocket): void {
    this.#bySession.set(connection.session, connection);
    this.openConnections.add(connection);
    socket.once('close', () => this.openConnections.delete(connection));
    // A peer that resets its connection has been told nothing and will come again.
    connection.on('error', () => undefined);
  }

  #connectionOf(session: SMTPServerSession): ListenerConnection {
    const connection = this.#bySession.get(session);
    if (connection === undefined) throw new Error('a session without its connection');
    return connection;
  }

  async #answerRecipient(
    to: SMTPServerAddress,
    connection: ListenerConnection,
    answer: RefusalCallback,
  ): Promise<void> {
    const refusal = await this.#refusal(to, connection.acceptedRecipients.length);
    if (refusal === null) connection.acceptedRecipients.push(to.address);
    answer(refusal === null ? null : replyError(refusal));
  }

  async #refusal(to: SMTPServerAddress, acceptedCount: number): Promise<Reply | null> {
    if (hasUnknownParameter(to)) return replies.unknownParameter;
    if (acceptedCount >= this.limits.maxRecipients) return replies.tooManyRecipients;
    if (this.#options.recipientReply === undefined) return null;
    return this.#replyInTime(
      async () => (await this.#options.recipientReply?.(to.address)) ?? null,
    );
  }

  async #receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Reply | null> {
    const { maxMessageBytes } = this.#options;
    const deadlineMs = this.limits.dataMs;
    const received = await receivedData(stream, { maxMessageBytes, deadlineMs });
    switch (received.outcome) {
      case 'dropped':
        return null;
      case 'too-slow':
        return replies.dataTooSlow;
      case 'far-too-big':
        return replies.cutOversized;
      case 'too-big':
        return replies.messageTooBig;
      case 'message':
        return this.#acceptMessage(received.raw, session);
      default:
        return received satisfies never;
    }
  }

  async #acceptMessage(raw: Buffer, session: SMTPServerSession): Promise<Reply> {
    const isBare = hasBareLineEnd(raw);
    if (isBare && this.#options.bareLineEnds === 'reject') return replies.bareLineEnd;
    const { mailFrom, rcptTo } = session.envelope;
    const message = {
      raw: isBare ? withCrlfLineEnds(raw) : raw,
      envelopeFrom: mailFrom === false ? '' : mailFrom.address,
      envelopeTo: rcptTo.map(({ address }) => address),
      peer: session.remoteAddress === '' ? null : session.remoteAddress,
    };
    return this.#replyInTime(() => this.#options.accept(message));
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

/** What follows a bare CR in a command comes out as parameters too, so this refuses such commands. */
function hasUnknownParameter({ args }: SMTPServerAddress): boolean {
  return args !== false && Object.keys(args).some((name) => !knownParameters.has(name));
}
