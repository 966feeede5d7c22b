import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A peer that sends mail after mail over one connection. */
export interface SmtpSession {
  /** Sends a message, with line ends CRLF and no line that begins with a dot. */
  send(message: Buffer): Promise<SentMail>;
  close(): void;
}

export interface SentMail {
  /** "250", or what was answered instead. */
  readonly code: string;
  /** From the end of the data to the reply. */
  readonly replyMs: number;
}

const envelope = ['MAIL FROM:<bench@load.example>', 'RCPT TO:<bench@lists.example>', 'DATA'];
const endOfData = Buffer.from('.\r\n');

/** Connects and greets. Commands go out together where the server says PIPELINING (RFC 2920). */
export async function openSmtpSession(
  address: string,
  protocol: 'smtp' | 'lmtp',
): Promise<SmtpSession> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  socket.setNoDelay();
  const replies = repliesOf(socket);
  await replies(1);
  socket.write(`${protocol === 'lmtp' ? 'LHLO' : 'EHLO'} load.example\r\n`);
  const [greeting] = await replies(1);
  const groups = greeting!.includes('PIPELINING') ? [envelope] : envelope.map((line) => [line]);
  return {
    async send(message) {
      for (const lines of groups) {
        socket.write(`${lines.join('\r\n')}\r\n`);
        const last = (await replies(lines.length)).at(-1)!;
        if (!/^[23]/.test(last)) return { code: last.slice(0, 3), replyMs: 0 };
      }
      socket.cork();
      socket.write(message);
      socket.write(endOfData);
      socket.uncork();
      const sentAt = performance.now();
      const [reply] = await replies(1);
      return { code: reply!.slice(0, 3), replyMs: performance.now() - sentAt };
    },
    close: () => socket.destroy(),
  };
}

/** Reads the next so many replies of a connection, each with all its lines; rejects when it ends before. */
function repliesOf(socket: Socket): (count: number) => Promise<string[]> {
  let received: string[] = [];
  let lines: string[] = [];
  let rest = '';
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    const ended = (rest + chunk.toString('latin1')).split('\r\n');
    rest = ended.pop()!;
    for (const line of ended) {
      lines.push(line);
      if (line[3] === '-') continue;
      received.push(lines.join('\n'));
      lines = [];
    }
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => wake());
  return async (count) => {
    while (received.length < count) {
      if (socket.destroyed) throw new Error('the listener closed the connection');
      await new Promise<void>((resolve) => (wake = resolve));
    }
    const taken = received.slice(0, count);
    received = received.slice(count);
    return taken;
  };
}
