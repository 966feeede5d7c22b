import type { MessageMemory } from './message-memory.ts';
import type { PeerLimits } from './peer-limits.ts';
import type { PeerNetworks } from './peer-networks.ts';
import type { Reply } from './reply.ts';
import type { TlsCertificate } from './tls-certificate.ts';

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
  /** A client that has waited this long without a message coming in gives way when there are `maxClients`. */
  readonly givesWayMs: number;
  /** Errors, refused recipients among them, since the last message that was accepted. */
  readonly maxErrorCount: number;
  /** Commands that bring no message on its way, since the last message that was accepted. */
  readonly maxJunkCommandCount: number;
  /** Without a byte from the peer. */
  readonly idleMs: number;
  /** From the first byte of a command to its end; for a TLS handshake too. */
  readonly commandMs: number;
  /** From the greeting, or the end of a message, to the next message. */
  readonly commandPhaseMs: number;
  /** From DATA to the end of the message. */
  readonly dataMs: number;
  /** A message that has come for longer than this must have come with at least `minBytesPerSecond`. */
  readonly dataGraceMs: number;
  readonly minBytesPerSecond: number;
  /** For `accept` and `recipientReply`. */
  readonly acceptMs: number;
  /** For messages that are coming in when the listener is closed. */
  readonly drainMs: number;
}

/**
 * Source: RFC 5321 section 4.5.3 for recipients and idle time; Postfix's smtpd_hard_error_limit,
 * smtpd_junk_command_limit and smtpd_min_data_rate; the rest keeps an MTA's own retry well out of reach.
 */
export const defaultListenerLimits: ListenerLimits = {
  maxRecipients: 1000,
  maxClients: 1000,
  givesWayMs: 10_000,
  maxErrorCount: 20,
  maxJunkCommandCount: 100,
  idleMs: 300_000,
  commandMs: 60_000,
  commandPhaseMs: 600_000,
  dataMs: 300_000,
  dataGraceMs: 30_000,
  minBytesPerSecond: 500,
  acceptMs: 5_000,
  drainMs: 8_000,
};

/** How a listener speaks TLS. */
export interface ListenerTls {
  readonly certificate: TlsCertificate;
  /** offered: by STARTTLS (RFC 3207); required: by STARTTLS, before MAIL; immediate: from the first byte (RFC 8314 section 3). */
  readonly use: 'offered' | 'required' | 'immediate';
}

export interface ListenerOptions {
  readonly protocol: 'smtp' | 'lmtp';
  /** Our name in the greeting. */
  readonly hostname: string;
  readonly maxMessageBytes: number;
  /** What becomes of a message with a bare CR or LF. Only where every peer is trusted may it be normalized: see `hasBareLineEnd`. */
  readonly bareLineEnds: 'reject' | 'normalize';
  /**
   * Takes a message into custody; resolves to what the peer is told. The peer is told 451 when this rejects, or takes
   * longer than `acceptMs`; the message may then come a second time. It counts as in memory until this settles.
   */
  accept(message: ReceivedMessage): Promise<Reply>;
  /** The refusal of a recipient; null accepts it. Without this function all are accepted. */
  recipientReply?(address: string): Promise<Reply | null> | Reply | null;
  /** Told of what the peer only sees as 451, and of trouble with the listening socket itself. */
  reportError(error: Error): void;
  /** Told of the code of each reply of 400 or more. */
  onRefusal?(code: number): void;
  /** Where these differ from `defaultListenerLimits`. */
  readonly limits?: Partial<ListenerLimits>;
  /** Absent: TLS is not offered. */
  readonly tls?: ListenerTls;
  /** Who may connect over TCP. Absent: all. */
  readonly allowedPeers?: PeerNetworks;
  /** Shared by all listeners of a process. Absent: a peer is limited by `maxClients` only. */
  readonly peerLimits?: PeerLimits;
  /** Shared by all listeners of a process. Absent: each client's message may take its maximum. */
  readonly memory?: MessageMemory;
}
