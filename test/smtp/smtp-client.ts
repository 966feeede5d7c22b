import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { listenAddress } from '../../src/smtp/listen-address.ts';

/** A peer that writes bytes as it is told and reads whole replies: "250 2.0.0 stored", several lines joined by "\n". */
export class SmtpClient {
  socket: Socket;
  #received = '';
  #isClosed = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#listen();
  }

  /** `localAddress` is where the peer seems to come from: "127.0.0.2". */
  static async to(address: string, localAddress?: string): Promise<SmtpClient> {
    const target = listenAddress(address);
    const from = localAddress === undefined ? {} : { localAddress };
    const socket =
      target.kind === 'unix'
        ? connect(target.path)
        : connect({ port: target.port, host: target.host, ...from });
    const client = new SmtpClient(socket);
    await once(socket, 'connect');
    return client;
  }

  /** Does the TLS handshake on what is connected; rejects when it fails. */
  async secure(options: object = {}): Promise<TLSSocket> {
    this.socket.removeAllListeners('data');
    this.socket.removeAllListeners('close');
    const socket = connectTls({ socket: this.socket, rejectUnauthorized: false, ...options });
    this.socket = socket;
    const ready = once(socket, 'secureConnect');
    this.#listen();
    await ready;
    return socket;
  }

  #listen(): void {
    const { socket } = this;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  write(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** The next reply; "closed" when the connection ends before one. */
  async reply(): Promise<string> {
    for (;;) {
      const reply = /^(?:[0-9]{3}-.*\r\n)*[0-9]{3} .*\r\n/.exec(this.#received)?.[0];
      if (reply !== undefined) {
        this.#received = this.#received.slice(reply.length);
        return reply.trimEnd().replaceAll('\r\n', '\n');
      }
      if (this.#isClosed) return 'closed';
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async replies(count: number): Promise<string[]> {
    const replies: string[] = [];
    while (replies.length < count) replies.push(await this.reply());
    return replies;
  }

  /** Codes of the next replies: "250 250 354". */
  async codes(count: number): Promise<string> {
    return (await this.replies(count)).map((reply) => reply.slice(0, 3)).join(' ');
  }

  async ask(command: string): Promise<string> {
    this.write(`${command}\r\n`);
    return this.reply();
  }

  /** Replies up to the end of the connection. */
  async rest(): Promise<string[]> {
    const replies: string[] = [];
    while (replies.at(-1) !== 'closed') replies.push(await this.reply());
    return replies.slice(0, -1);
  }

  /** Greeting, EHLO or LHLO, sender and one recipient: ready for DATA. */
  async begin(hello: 'EHLO' | 'LHLO' = 'EHLO'): Promise<void> {
    await this.reply();
    await this.ask(`${hello} client.example`);
    await this.ask('MAIL FROM:<sender@example.org>');
    await this.ask('RCPT TO:<list@example.org>');
  }

  /** Sends DATA and a message that ends in CRLF; the last reply. */
  async data(message: string): Promise<string> {
    await this.ask('DATA');
    return this.ask(`${message}.`);
  }
}
