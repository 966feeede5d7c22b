import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { listenAddress } from '../../src/smtp/listen-address.ts';
import type { DrawnSession } from './session-drawing.ts';

/** Nothing for this long: the server waits for more. */
const quietMs = 40;

/** Runs a session; resolves to everything that the server said, in latin1, when the connection has ended. */
export async function runSession(address: string, session: DrawnSession): Promise<string> {
  const target = listenAddress(address);
  if (target.kind === 'unix') throw new Error('drawn sessions go over TCP');
  const reader = new Reader(connect(target.port, target.host));
  await once(reader.socket, 'connect');
  if (session.tls !== 'none') await beginTls(reader, session);
  if (session.waitsForGreeting && !isGarbage(session)) await reader.until(/^220 .*\r\n/);
  for (const packet of session.packets) {
    if (!reader.socket.writable) break;
    reader.socket.write(packet);
    await new Promise(setImmediate);
  }
  await end(reader, session);
  return reader.received;
}

function isGarbage({ tls }: DrawnSession): boolean {
  return tls === 'garbage';
}

async function beginTls(reader: Reader, session: DrawnSession): Promise<void> {
  if (session.listener !== 'smtps') {
    await reader.until(/^220 .*\r\n/);
    reader.socket.write(`${session.listener === 'smtp' ? 'EHLO' : 'LHLO'} x\r\nSTARTTLS\r\n`);
    await reader.until(/^220 .*Ready.*\r\n/m);
  }
  if (!isGarbage(session)) await reader.secure();
}

async function end(reader: Reader, { ending, tls, isClean }: DrawnSession): Promise<void> {
  // A TLS session cannot be reset, only left without a word.
  if (ending === 'vanish' && tls === 'handshake') reader.socket.destroy();
  else if (ending === 'vanish') reader.socket.resetAndDestroy();
  else if (!isClean) {
    if (ending === 'quit') reader.socket.write('\r\nQUIT\r\n');
    await reader.quiet();
    reader.socket.end();
  }
  // The last command of a clean session is QUIT, upon which the server closes.
  await reader.closed();
}

class Reader {
  socket: Socket;
  received = '';
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    this.#listen();
  }

  async secure(): Promise<void> {
    this.socket.removeAllListeners('data');
    this.socket.removeAllListeners('close');
    this.socket = connectTls({ socket: this.socket, rejectUnauthorized: false });
    const ready = once(this.socket, 'secureConnect');
    this.#listen();
    await ready;
  }

  /** Until the text has come, or the connection has ended. */
  async until(text: RegExp): Promise<void> {
    while (!this.#isClosed && !text.test(this.received)) await this.#news();
  }

  async quiet(): Promise<void> {
    for (let seen = -1; seen !== this.received.length && !this.#isClosed;) {
      seen = this.received.length;
      await delay(quietMs);
    }
  }

  async closed(): Promise<void> {
    while (!this.#isClosed) await this.#news();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #listen(): void {
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }
}
