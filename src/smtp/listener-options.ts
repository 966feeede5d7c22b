import type { Reply } from './reply.ts';

/** A whole message with its envelope. */
export interface ReceivedMessage {
  /** As sent, line ends CRLF, dot-stuffing undone. */
  readonly raw: Buffer;
  /** "" for the null sender of bounces. */
  readonly envelopeFrom: string;
  /** Accepted recipients, each once however its case was written. */
  readonly envelopeTo: readonly string[];
  /** IP address of the peer; null over a unix socket. */
  readonly peer: string | null;
}

/** Bounds of one listener. */
export interface ListenerLimits {
  readonly maxRecipients: number;
  readonly maxClients: number;
  /** Without a byte from the peer. */
  readonly idleMs: number;
  /** From DATA to the end of the message. */
  readonly dataMs: number;
  /** For `accept` and `recipientReply`. */
  readonly acceptMs: number;
  /** For messages that are coming in when the listener is closed. */
  readonly drainMs: number;
}

/** Source: RFC 5321 section 4.5.3 for recipients and idle time; the rest keeps an MTA's own retry well out of reach. */
export const defaultListenerLimits: ListenerLimits = {
  maxRecipients: 1000,
  maxClients: 200,
  idleMs: 300_000,
  dataMs: 300_000,
  acceptMs: 5_000,
  drainMs: 8_000,
};

export interface ListenerOptions {
  readonly protocol: 'smtp' | 'lmtp';
  /** Our name in the greeting. */
  readonly hostname: string;
  readonly maxMessageBytes: number;
  /** What becomes of a message with a bare CR or LF. Only where every peer is trusted may it be normalized: see `hasBareLineEnd`. */
  readonly bareLineEnds: 'reject' | 'normalize';
  /**
   * Takes a message into custody; resolves to what the peer is told. The peer is told 451 when this rejects, or takes
   * longer than `acceptMs`; the message may then come a second time.
   */
  accept(message: ReceivedMessage): Promise<Reply>;
  /** The refusal of a recipient; null accepts it. Without this function all are accepted. */
  recipientReply?(address: string): Promise<Reply | null> | Reply | null;
  /** Told of what the peer only sees as 451, and of trouble with the listening socket itself. */
  reportError(error: Error): void;
  /** Where these differ from `defaultListenerLimits`. */
  readonly limits?: Partial<ListenerLimits>;
}
