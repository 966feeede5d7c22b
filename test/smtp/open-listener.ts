import type { TestContext } from 'node:test';
import { startListener, type Listener } from '../../src/smtp/listener.ts';
import type { ListenerOptions, ReceivedMessage } from '../../src/smtp/listener-options.ts';
import { replies } from '../../src/smtp/reply.ts';
import { SmtpClient } from './smtp-client.ts';

export interface OpenListener {
  readonly listener: Listener;
  /** What was given to `accept`, in order. */
  readonly messages: ReceivedMessage[];
  /** What was given to `reportError`. */
  readonly errors: Error[];
  /** A connected client, which seems to come from `localAddress`; destroyed when the test ends. */
  readonly client: (localAddress?: string) => Promise<SmtpClient>;
}

/** A listener on a free port of 127.0.0.1 that stores everything in memory; closed when the test ends. */
export async function openListener(
  context: TestContext,
  options: Partial<ListenerOptions & { address: string }> = {},
): Promise<OpenListener> {
  const messages: ReceivedMessage[] = [];
  const errors: Error[] = [];
  const clients: SmtpClient[] = [];
  const listener = await startListener({
    address: '127.0.0.1:0',
    protocol: 'smtp',
    hostname: 'lists.example.org',
    maxMessageBytes: 10_000,
    bareLineEnds: 'reject',
    reportError: (error) => errors.push(error),
    accept: async (message) => {
      messages.push(message);
      return replies.stored;
    },
    ...options,
  });
  context.after(async () => {
    for (const opened of clients) opened.socket.destroy();
    await listener.close();
  });
  async function client(localAddress?: string): Promise<SmtpClient> {
    const opened = await SmtpClient.to(listener.address, localAddress);
    clients.push(opened);
    return opened;
  }
  return { listener, messages, errors, client };
}
