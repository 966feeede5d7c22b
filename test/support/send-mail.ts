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
): Promise<string[]> {
  const client = await SmtpClient.to(address);
  const replies: string[] = [];
  try {
    assert.equal(await client.codes(1), '220');
    await client.ask(`${hello} client.example`);
    for (const raw of raws) replies.push(await sendOne(client, raw));
    return replies;
  } finally {
    client.socket.destroy();
  }
}

async function sendOne(client: SmtpClient, raw: Buffer): Promise<string> {
  client.write('MAIL FROM:<sender@brook.example>\r\nRCPT TO:<list@brook.example>\r\nDATA\r\n');
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
