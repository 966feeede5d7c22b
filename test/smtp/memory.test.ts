import { test } from 'node:test';
import assert from 'node:assert/strict';
import { MessageMemory } from '../../src/smtp/message-memory.ts';
import { replies, type Reply } from '../../src/smtp/reply.ts';
import { openListener } from './open-listener.ts';

const line = `${'x'.repeat(98)}\r\n`;
const big = line.repeat(400);
const maxMessageBytes = 50_000;

test('a message for which memory is short while it comes is refused with 452 4.3.1 at its end', async (context) => {
  const memory = new MessageMemory(60_000);
  const { messages, client } = await openListener(context, { memory, maxMessageBytes });
  const first = await client();
  const second = await client();
  await Promise.all([first.begin(), second.begin()]);
  await Promise.all([first.ask('DATA'), second.ask('DATA')]);
  first.write(big);
  while (memory.usedBytes < big.length) await new Promise(setImmediate);
  assert.match(await second.ask(`${big}.`), /^452 4\.3\.1 /);
  assert.equal(await first.ask('.'), '250 2.0.0 stored');
  assert.equal(memory.usedBytes, 0);
  await second.ask('MAIL FROM:<>');
  await second.ask('RCPT TO:<list@example.org>');
  assert.equal(await second.data(big), '250 2.0.0 stored');
  assert.equal(String(messages.at(-1)?.raw), big);
});

test('while memory is full, MAIL and DATA are refused with 452 4.3.1; a SIZE that would not fit too', async (context) => {
  const memory = new MessageMemory(60_000);
  const { client } = await openListener(context, { memory, maxMessageBytes });
  const peer = await client();
  await peer.begin();
  const lease = memory.lease();
  assert.equal(lease.grow(40_000), true);
  await peer.ask('RSET');
  assert.match(await peer.ask('MAIL FROM:<> SIZE=30000'), /^452 4\.3\.1 /);
  assert.match(await peer.ask('MAIL FROM:<> SIZE=20000'), /^250 /);
  assert.match(await peer.ask('RCPT TO:<list@example.org>'), /^250 /);
  assert.equal(lease.grow(20_000), true);
  assert.match(await peer.ask('DATA'), /^452 4\.3\.1 /);
  await peer.ask('RSET');
  assert.match(await peer.ask('MAIL FROM:<>'), /^452 4\.3\.1 /);
  lease.end();
  assert.match(await peer.ask('MAIL FROM:<>'), /^250 /);
});

test('a message counts as in memory until accept has settled, however long ago its peer was answered', async (context) => {
  const memory = new MessageMemory(60_000);
  let accepted: (reply: Reply) => void = () => undefined;
  const { client } = await openListener(context, {
    memory,
    limits: { acceptMs: 30 },
    accept: () => new Promise((resolve) => (accepted = resolve)),
  });
  const peer = await client();
  await peer.begin();
  assert.match(await peer.data(line), /^451 /);
  assert(memory.usedBytes >= line.length);
  accepted(replies.stored);
  await new Promise(setImmediate);
  assert.equal(memory.usedBytes, 0);
});

test('a connection that drops, and a message that is refused, give their memory back', async (context) => {
  const memory = new MessageMemory(60_000);
  const { client } = await openListener(context, { memory });
  const refused = await client();
  await refused.begin();
  assert.match(await refused.data('a\nb\r\n'), /^550 /);
  const dropped = await client();
  await dropped.begin();
  await dropped.ask('DATA');
  dropped.write(line);
  while (memory.usedBytes === 0) await new Promise(setImmediate);
  dropped.socket.destroy();
  while (memory.usedBytes > 0) await new Promise(setImmediate);
});

test('a lease takes nothing that does not fit, and gives back once', () => {
  const memory = new MessageMemory(10);
  const lease = memory.lease();
  assert.equal(lease.grow(7), true);
  assert.equal(lease.grow(4), false);
  assert.equal(memory.hasRoomFor(3), true);
  assert.equal(memory.hasRoomFor(4), false);
  lease.end();
  lease.end();
  assert.equal(memory.usedBytes, 0);
});
