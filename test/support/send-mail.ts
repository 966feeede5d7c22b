import assert from 'node:assert/strict';
import { SmtpClient } from '../smtp/smtp-client.ts';
import { withCrlf } from './sample-mail.ts';

/**
 * Sends messages with line ends LF over one connection, one after the other. Result: the reply to each, with its code;
 * "closed" for all from the one on at which the connection ended.
 */
export async function sendAll(
  address: string,
  raws: readonly Buffer[],
  hello: 'EHLO' | 'LHLO' = 'EHLO',
  recipient = 'list@brook.example',
): Promise<string[]> {
  const replies: string[] = [];
  const report = (reply: string): void => void replies.push(reply);
  await sendEach(address, raws, { hello, recipient }, report);
  return replies;
}

/** Many messages that are being sent over several connections at once. */
export interface Burst {
  /** Those that were answered by 250 so far. */
  readonly acknowledged: readonly Buffer[];
  /** Settles when every message has its reply, or its connection has ended. */
  readonly ended: Promise<unknown>;
}

export function sendBurst(
  address: string,
  raws: readonly Buffer[],
  connectionCount: number,
): Burst {
  const acknowledged: Buffer[] = [];
  const senders = Array.from({ length: connectionCount }, async (_, connection) => {
    const share = raws.filter((__, index) => index % connectionCount === connection);
    const how = { hello: 'EHLO', recipient: 'list@brook.example' } as const;
    await sendEach(address, share, how, (reply, raw) => {
      if (reply.startsWith('250 ')) acknowledged.push(raw);
    });
  });
  return { acknowledged, ended: Promise.all(senders) };
}

async function sendEach(
  address: string,
  raws: readonly Buffer[],
  { hello, recipient }: { readonly hello: 'EHLO' | 'LHLO'; readonly recipient: string },
  onReply: (reply: string, raw: Buffer) => void,
): Promise<void> {
  const client = await SmtpClient.to(address);
  try {
    assert.equal(await client.codes(1), '220');
    await client.ask(`${hello} client.example`);
    for (const raw of raws) onReply(await sendOne(client, raw, recipient), raw);
  } finally {
    client.socket.destroy();
  }
}

async function sendOne(client: SmtpClient, raw: Buffer, recipient: string): Promise<string> {
  client.write(`MAIL FROM:<sender@brook.example>\r\nRCPT TO:<${recipient}>\r\nDATA\r\n`);
  const replies = await client.replies(3);
  if (!replies[2]?.startsWith('354')) return replies[2] ?? 'closed';
  client.write(onTheWire(raw));
  return client.reply();
}

/** With line ends CRLF, dots stuffed (RFC 5321, section 4.5.2) and the end of data. */
function onTheWire(raw: Buffer): Buffer {
  const text = withCrlf(raw).toString('latin1');
  const whole = text.endsWith('\r\n') ? text : `${text}\r\n`;
  return Buffer.from(`${whole.replace(/^\./gm, '..')}.\r\n`, 'latin1');
}
