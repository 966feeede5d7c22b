import { test } from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { openListener } from './open-listener.ts';

const line = `${'x'.repeat(98)}\r\n`;

test('a message over the declared limit is refused at MAIL', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  await peer.ask('EHLO client.example');
  assert.match(await peer.ask('MAIL FROM:<> SIZE=10001'), /^552 5\.3\.4 /);
  assert.match(await peer.ask('MAIL FROM:<> SIZE=10000'), /^250 /);
});

test('a message over the size limit is refused with 552 5.3.4 after its end and is not stored', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  await peer.begin();
  assert.match(await peer.data(line.repeat(101)), /^552 5\.3\.4 /);
  await peer.ask('MAIL FROM:<>');
  await peer.ask('RCPT TO:<list@example.org>');
  assert.equal(await peer.data(line.repeat(100)), '250 2.0.0 stored');
  assert.deepEqual(
    messages.map(({ raw }) => raw.length),
    [10_000],
  );
});

test('a stream of twice the limit is cut with 421', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  await peer.begin();
  await peer.ask('DATA');
  const closed = once(peer.socket, 'close');
  peer.write(line.repeat(1000));
  assert.match(await peer.reply(), /^421 4\.7\.0 /);
  await closed;
  assert.equal(messages.length, 0);
});

test('a message over the limit is refused for each recipient of LMTP, without ending the connection', async (context) => {
  const { client } = await openListener(context, { protocol: 'lmtp' });
  const peer = await client();
  await peer.begin('LHLO');
  for (let number = 0; number < 30; number += 1)
    await peer.ask(`RCPT TO:<list${number}@example.org>`);
  await peer.ask('DATA');
  peer.write(`${line.repeat(101)}.\r\nNOOP\r\n`);
  assert.equal(await peer.codes(32), [...Array.from({ length: 31 }, () => '552'), '250'].join(' '));
});
