import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { listenAddress, listenAddressText, type ListenAddress } from './listen-address.ts';
import type { ListenerConnection } from './listener-connection.ts';
import type { ListenerOptions } from './listener-options.ts';
import { ListenerServer } from './listener-server.ts';
import { replies } from './reply.ts';
import { clearSocketPath } from './socket-file.ts';

/** A listener that is open. */
export interface Listener {
  /** Where it listens, with the port that the system chose for port 0: "127.0.0.1:2525". */
  readonly address: string;
  /** Connections that are open, whatever state they are in. */
  readonly connectionCount: () => number;
  /**
   * Takes no new connections, lets messages that are coming in finish for at most `drainMs`, tells everybody else 421.
   * Resolves when the last connection is gone.
   */
  close(): Promise<void>;
}

const socketMode = 0o660;
/** How long a peer that was told 421 may take to close its side. */
const lingerMs = 500;
const pollMs = 20;

/**
 * Opens an SMTP or LMTP listener (RFC 5321, RFC 2033) that gives whole messages to `accept` and answers what that returns.
 * Throws ListenAddressError, or the system's error when the address is taken or not allowed.
 */
export async function startListener(
  options: ListenerOptions & { readonly address: string },
): Promise<Listener> {
  const wanted = listenAddress(options.address);
  const server = new ListenerServer(options);
  const address = await openedAddress(server, wanted);
  server.on('error', (error) => options.reportError(error));
  return {
    address: listenAddressText(address),
    connectionCount: () => server.openCount,
    close: () => closeListener(server),
  };
}

function ignoreError(): void {
  // The awaited 'listening' event rejects with the same error.
}

async function openedAddress(
  server: ListenerServer,
  wanted: ListenAddress,
): Promise<ListenAddress> {
  if (wanted.kind === 'unix') await clearSocketPath(wanted.path);
  const listening = once(server.server, 'listening');
  // smtp-server passes each error on, and one that nobody listens for would end the process.
  server.on('error', ignoreError);
  if (wanted.kind === 'unix') server.listen(wanted.path);
  else server.listen(wanted.port, wanted.host);
  await listening;
  server.off('error', ignoreError);
  if (wanted.kind === 'unix') await chmod(wanted.path, socketMode);
  const bound = server.server.address();
  if (wanted.kind === 'unix' || bound === null || typeof bound === 'string') return wanted;
  return { ...wanted, port: bound.port };
}

async function closeListener(server: ListenerServer): Promise<void> {
  const closed = once(server.server, 'close');
  server.beginClosing();
  await untilGone(server, server.limits.drainMs, (connection) => connection.isReceiving);
  for (const connection of server.openConnections) {
    if (connection.isReceiving) connection.reply(replies.shuttingDown);
  }
  await untilGone(server, lingerMs, () => true);
  for (const connection of server.openConnections) connection.destroySoon();
  await closed;
}

/** Resolves when no open connection is of the given kind, or when the time is over. */
async function untilGone(
  server: ListenerServer,
  deadlineMs: number,
  isAwaited: (connection: ListenerConnection) => boolean,
): Promise<void> {
  const stopAt = performance.now() + deadlineMs;
  while ([...server.openConnections].some(isAwaited) && performance.now() < stopAt) {
    await delay(pollMs);
  }
}
