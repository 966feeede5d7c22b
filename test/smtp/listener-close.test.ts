import { test } from 'node:test';
import assert from 'node:assert/strict';
import { replies, type Reply } from '../../src/smtp/reply.ts';
import { SmtpClient } from './smtp-client.ts';
import { openListener } from './open-listener.ts';

const message = 'Subject: hello\r\n\r\ntext\r\n';

test('close tells idle peers 421 and takes no new ones', async (context) => {
  const { listener, client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  await listener.close();
  assert.match(await peer.reply(), /^421 4\.3\.2 /);
  await assert.rejects(SmtpClient.to(listener.address), { code: 'ECONNREFUSED' });
});

test('close lets a message that is coming in finish', async (context) => {
  const { listener, messages, client } = await openListener(context);
  const peer = await client();
  await peer.begin();
  await peer.ask('DATA');
  peer.write('Subject: half');
  const closed = listener.close();
  peer.write(' done\r\n\r\n.\r\n');
  assert.equal(await peer.reply(), '250 2.0.0 stored');
  assert.match(await peer.reply(), /^421 4\.3\.2 /);
  await closed;
  assert.equal(String(messages[0]?.raw), 'Subject: half done\r\n\r\n');
});

test('close waits for a message that is being accepted', async (context) => {
  const accepting: ((reply: Reply) => void)[] = [];
  const { listener, client } = await openListener(context, {
    accept: () => new Promise((resolve) => void accepting.push(resolve)),
  });
  const peer = await client();
  await peer.begin();
  const told = peer.data(message);
  while (accepting.length === 0) await new Promise(setImmediate);
  const closed = listener.close();
  accepting[0]?.(replies.stored);
  assert.equal(await told, '250 2.0.0 stored');
  await closed;
});

test('close gives up on a message that does not end, with 421 and without accepting it', async (context) => {
  const { listener, messages, client } = await openListener(context, { limits: { drainMs: 60 } });
  const peer = await client();
  await peer.begin();
  await peer.ask('DATA');
  peer.write(message);
  await listener.close();
  assert.match(await peer.reply(), /^421 4\.3\.2 /);
  assert.equal(messages.length, 0);
});

test('under load, each message that was answered 250 was accepted once, and close ends', async (context) => {
  const { listener, messages, client } = await openListener(context);
  let storedCount = 0;
  const senders = Array.from({ length: 8 }, async (_, sender) => {
    const peer = await client();
    await peer.reply();
    await peer.ask('EHLO client.example');
    for (let number = 0; ; number += 1) {
      peer.write(
        `MAIL FROM:<>\r\nRCPT TO:<list@example.org>\r\nDATA\r\nSubject: ${sender}.${number}\r\n\r\n.\r\n`,
      );
      const codes = await peer.codes(4);
      if (codes === '250 250 354 250') storedCount += 1;
      else return;
    }
  });
  while (messages.length < 100) await new Promise(setImmediate);
  await listener.close();
  await Promise.all(senders);
  assert(storedCount >= 100);
  assert.equal(messages.length, storedCount);
  assert.equal(new Set(messages.map(({ raw }) => String(raw))).size, storedCount);
});
