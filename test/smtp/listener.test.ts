import { test } from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { replies, type Reply } from '../../src/smtp/reply.ts';
import { openListener } from './open-listener.ts';

const message = 'Subject: hello\r\n\r\ntext\r\n';

test('a message is given with its envelope, and 250 is said after it was accepted', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  assert.equal(await peer.reply(), '220 lists.example.org ESMTP');
  const capabilities = await peer.ask('EHLO client.example');
  assert.equal(
    capabilities.split('\n').slice(1).join(),
    '250-PIPELINING,250-8BITMIME,250-SMTPUTF8,250-ENHANCEDSTATUSCODES,250 SIZE 10000',
  );
  assert.equal(
    await peer.ask('MAIL FROM:<sender..x@example.org> BODY=8BITMIME'),
    '250 2.1.0 Accepted',
  );
  assert.equal(await peer.ask('RCPT TO:<list@example.org>'), '250 2.1.5 Accepted');
  assert.match(await peer.ask('DATA'), /^354 /);
  assert.equal(await peer.ask(`${message}..stuffed\r\n.`), '250 2.0.0 stored');
  assert.equal(await peer.ask('QUIT'), '221 2.0.0 Bye');
  assert.deepEqual(messages, [
    {
      raw: Buffer.from(`${message}.stuffed\r\n`),
      envelopeFrom: 'sender..x@example.org',
      envelopeTo: ['list@example.org'],
      peer: '127.0.0.1',
    },
  ]);
});

test('the null sender of bounces is an empty text', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  await peer.ask('HELO client.example');
  await peer.ask('MAIL FROM:<>');
  await peer.ask('RCPT TO:<list@example.org>');
  assert.equal(await peer.data(message), '250 2.0.0 stored');
  assert.equal(messages[0]?.envelopeFrom, '');
});

test('AUTH, STARTTLS and the jokes of old mailers are no commands', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  await peer.ask('EHLO client.example');
  for (const command of [
    'AUTH PLAIN AAAA',
    'STARTTLS',
    'XCLIENT ADDR=1.2.3.4',
    'WIZ x',
    'SHELL',
    'KILL',
  ]) {
    assert.match(await peer.ask(command), /^500 /, command);
  }
});

function transaction(number: number): string {
  return `MAIL FROM:<>\r\nRCPT TO:<list@example.org>\r\nDATA\r\nSubject: ${number}\r\n\r\n.\r\n`;
}

test('200 messages pipelined on one connection are all accepted, in order', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  peer.write(
    `EHLO x\r\n${Array.from({ length: 200 }, (_, number) => transaction(number)).join('')}`,
  );
  await peer.reply();
  for (let number = 0; number < 200; number += 1) {
    assert.equal(await peer.codes(4), '250 250 354 250', `message ${number}`);
  }
  assert.deepEqual(
    messages.map(({ raw }) => raw.toString()),
    Array.from({ length: 200 }, (_, number) => `Subject: ${number}\r\n\r\n`),
  );
});

test('the answer of accept is what the peer is told', async (context) => {
  const answers: Reply[] = [replies.alreadyStored, replies.storageFull, replies.unavailable];
  const { client } = await openListener(context, {
    accept: async () => answers.shift() ?? replies.stored,
  });
  const peer = await client();
  const told: string[] = [];
  await peer.begin();
  told.push(await peer.data(message));
  for (let count = 0; count < 2; count += 1) {
    await peer.ask('MAIL FROM:<>');
    await peer.ask('RCPT TO:<list@example.org>');
    told.push(await peer.data(message));
  }
  assert.deepEqual(
    told.map((reply) => reply.slice(0, 9)),
    ['250 2.0.0', '452 4.3.1', '451 4.3.0'],
  );
});

test('an accept that throws, or is late, is a 451 and is reported', async (context) => {
  const failures = [
    () => Promise.reject(new Error('database is away')),
    () => new Promise<Reply>(() => undefined),
    () => {
      throw new Error('at once');
    },
  ];
  const { errors, client } = await openListener(context, {
    accept: () => (failures.shift() ?? (async () => replies.stored))(),
    limits: { acceptMs: 50 },
  });
  const peer = await client();
  await peer.begin();
  while (failures.length > 0) {
    assert.match(await peer.data(message), /^451 4\.3\.0 /);
    await peer.ask('MAIL FROM:<>');
    await peer.ask('RCPT TO:<list@example.org>');
  }
  assert.equal(await peer.data(message), '250 2.0.0 stored');
  const reported = errors.map((error) => error.message);
  assert.deepEqual(reported, ['database is away', 'no reply within 50 ms', 'at once']);
});

test('a recipient that is not known is refused, the others go on', async (context) => {
  const { messages, client, errors } = await openListener(context, {
    recipientReply: (address) => {
      if (address.startsWith('broken')) throw new Error('lookup failed');
      return address === 'list@example.org' ? null : replies.unknownRecipient;
    },
  });
  const peer = await client();
  await peer.begin();
  assert.match(await peer.ask('RCPT TO:<other@example.org>'), /^550 5\.7\.1 /);
  assert.match(await peer.ask('RCPT TO:<broken@example.org>'), /^451 4\.3\.0 /);
  assert.equal(await peer.data(message), '250 2.0.0 stored');
  assert.deepEqual(messages[0]?.envelopeTo, ['list@example.org']);
  assert.equal(errors[0]?.message, 'lookup failed');
});

test('a recipient too many is a 452 4.5.3, however often it was given', async (context) => {
  const { messages, client } = await openListener(context, { limits: { maxRecipients: 2 } });
  const peer = await client();
  await peer.begin();
  assert.match(await peer.ask('RCPT TO:<LIST@example.org>'), /^250 /);
  assert.match(await peer.ask('RCPT TO:<list@example.org>'), /^452 4\.5\.3 /);
  assert.match(await peer.ask('RCPT TO:<other@example.org>'), /^452 4\.5\.3 /);
  assert.equal(await peer.data(message), '250 2.0.0 stored');
  assert.deepEqual(messages[0]?.envelopeTo, ['LIST@example.org']);
});

test('after 20 refused recipients the connection ends with 421', async (context) => {
  const { client } = await openListener(context, {
    recipientReply: () => replies.unknownRecipient,
  });
  const peer = await client();
  await peer.begin();
  peer.write('RCPT TO:<a@example.org>\r\n'.repeat(100));
  const told = await peer.replies(20);
  assert.deepEqual(
    told.map((reply) => reply.slice(0, 9)),
    [...Array.from({ length: 18 }, () => '550 5.7.1'), '421 4.7.0', 'closed'],
  );
});

test('an accepted message restores the budget of errors', async (context) => {
  const { client } = await openListener(context, {
    recipientReply: (address) => (address.startsWith('list') ? null : replies.unknownRecipient),
  });
  const peer = await client();
  await peer.begin();
  for (let round = 0; round < 3; round += 1) {
    peer.write('RCPT TO:<a@example.org>\r\n'.repeat(15));
    await peer.replies(15);
    assert.equal(await peer.data(message), '250 2.0.0 stored');
    await peer.ask('MAIL FROM:<>');
    await peer.ask('RCPT TO:<list@example.org>');
  }
});

test('one client too many is told 421', async (context) => {
  const { client } = await openListener(context, { limits: { maxClients: 2 } });
  const first = await client();
  await (await client()).reply();
  assert.match(await (await client()).reply(), /^421 /);
  assert.match(await first.reply(), /^220 /);
});

test('a silent client is told 421 and let go', async (context) => {
  const { client } = await openListener(context, { limits: { idleMs: 150 } });
  const peer = await client();
  const told: string[] = [];
  while (told.at(-1) !== 'closed') told.push(await peer.reply());
  assert.match(told.at(-2) ?? '', /^421 /);
});

test('a message that trickles in is cut at its deadline', async (context) => {
  const { messages, client } = await openListener(context, { limits: { dataMs: 150 } });
  const peer = await client();
  await peer.begin();
  await peer.ask('DATA');
  const trickle = setInterval(() => peer.write('x'), 20);
  const told = await peer.reply();
  clearInterval(trickle);
  assert.match(told, /^421 4\.4\.2 /);
  assert.equal(messages.length, 0);
});

test('a connection that drops at any byte of a session leaves no message', async (context) => {
  const { messages, client } = await openListener(context);
  const session = `EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<list@example.org>\r\nDATA\r\n${message}.\r\n`;
  const drops = Array.from({ length: session.length - 1 }, async (_, length) => {
    const peer = await client();
    await peer.reply();
    peer.write(session.slice(0, length));
    if (length % 2 === 0) peer.socket.end();
    else peer.socket.destroySoon();
    await once(peer.socket, 'close');
  });
  await Promise.all(drops);
  await delay(20);
  assert.equal(messages.length, 0);
  const peer = await client();
  await peer.begin();
  assert.equal(await peer.data(message), '250 2.0.0 stored');
});
