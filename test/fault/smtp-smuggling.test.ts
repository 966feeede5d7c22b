import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import type { ReceivedMessage } from '../../src/smtp/listener-options.ts';
import { TlsCertificate } from '../../src/smtp/tls-certificate.ts';
import { openListener } from '../smtp/open-listener.ts';
import type { SmtpClient } from '../smtp/smtp-client.ts';
import { certificateFiles } from '../smtp/test-certificate.ts';

/** Ends of data that some server takes for the true one. Each has a bare CR or LF; none holds CRLF . CRLF. */
const falseEnds = [
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r',
  '\r.\r\n',
  '\r\n.\r',
  '\r.\n',
  '\n.\r',
  '\r\n.\r\r\n',
  '\r\n\0.\n',
  '\r\n.\0\n',
  '\n\n.\n\n',
  '\n\r.\n\r',
  '\r\n..\n',
  '\n..\r\n',
  '\r\r\n..\r\n',
  '\r\n. \n',
  '\n\v.\f\r\n',
  '\n.\u0085\r\n',
];

/** What may stand before a false end: nothing, text, a line that was stuffed, and an end that is one dot short. */
const beginnings = ['', 'Subject: outer\r\n\r\ntext', '..', 'a\r\n..'];

const smuggled =
  'MAIL FROM:<evil@example.org>\r\nRCPT TO:<list@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n';

const clean = 'Subject: clean\r\n\r\n';
const envelope = 'MAIL FROM:<sender@example.org>\r\nRCPT TO:<list@example.org>\r\nDATA\r\n';

interface Attack {
  /** As it is sent after DATA, packet by packet. */
  readonly parts: readonly string[];
}

/** Each false end after each beginning: cut at each byte of the end and around it, and sent byte by byte. */
function attacks(): Attack[] {
  return beginnings.flatMap((beginning) =>
    falseEnds.flatMap((end) => {
      const last = `${smuggled}.\r\n`;
      const whole = `${beginning}${end}${last}`;
      const from = Math.max(beginning.length - 3, 0);
      const to = beginning.length + end.length + 3;
      const cuts = Array.from({ length: to - from + 1 }, (_, offset) => [
        whole.slice(0, from + offset),
        whole.slice(from + offset),
      ]);
      return [...cuts, [beginning, ...end.split(''), last]].map((parts) => ({ parts }));
    }),
  );
}

/** Sends attacks over one connection, and after each a clean message, which must be taken. */
async function attackAll(peer: SmtpClient, shares: readonly Attack[]): Promise<void> {
  for (const { parts } of shares) {
    const what = JSON.stringify(parts);
    peer.write(envelope);
    assert.equal(await peer.codes(3), '250 250 354', what);
    for (const part of parts) {
      peer.write(Buffer.from(part, 'latin1'));
      // The server has a turn to read this before more is written.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
    assert.match(await peer.reply(), /^550 5\.5\.2 /, what);
    peer.write(`${envelope}${clean}.\r\n`);
    assert.equal(await peer.codes(4), '250 250 354 250', `in step after ${what}`);
  }
}

const connectionCount = 8;

async function attackListener(
  opened: { readonly messages: ReceivedMessage[]; readonly client: () => Promise<SmtpClient> },
  begin: (peer: SmtpClient) => Promise<void>,
): Promise<number> {
  const all = attacks();
  const connections = Array.from({ length: connectionCount }, async (_, number) => {
    const peer = await opened.client();
    await begin(peer);
    await attackAll(
      peer,
      all.filter((_attack, at) => at % connectionCount === number),
    );
  });
  await Promise.all(connections);
  assert.equal(opened.messages.length, all.length, 'the clean messages, and no other');
  assert(opened.messages.every(({ raw }) => String(raw) === clean));
  return all.length;
}

const listeners: readonly [string, (context: TestContext) => Promise<number>][] = [
  [
    'SMTP',
    async (context) =>
      attackListener(await openListener(context), async (peer) => {
        await peer.reply();
        await peer.ask('EHLO client.example');
      }),
  ],
  [
    'LMTP',
    async (context) =>
      attackListener(await openListener(context, { protocol: 'lmtp' }), async (peer) => {
        await peer.reply();
        await peer.ask('LHLO client.example');
      }),
  ],
  [
    'SMTP after STARTTLS',
    async (context) => {
      const certificate = await TlsCertificate.load(certificateFiles(context));
      const opened = await openListener(context, { tls: { certificate, use: 'required' } });
      return attackListener(opened, async (peer) => {
        await peer.reply();
        await peer.ask('EHLO client.example');
        await peer.ask('STARTTLS');
        await peer.secure();
        await peer.ask('EHLO client.example');
      });
    },
  ],
];

for (const [protocol, attack] of listeners) {
  test(`${protocol}: of 19 false ends of data, cut anywhere, none lets a second message in, and the next is taken`, async (context) => {
    const attackCount = await attack(context);
    context.diagnostic(`${attackCount} payloads`);
    assert(attackCount >= 700);
  });
}

test('a true end of data after a bare CR ends the message, which is refused', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  await peer.begin();
  assert.match(await peer.data('Subject: a\r\r\n'), /^550 5\.5\.2 /);
  assert.equal(messages.length, 0);
});
