import { test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { replies } from '../../src/smtp/reply.ts';
import { until } from '../support/until.ts';
import { openListener } from './open-listener.ts';

const message = 'Subject: hello\r\n\r\ntext\r\n';

test('a bare LF or CR ends no command and hides no second one', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  await peer.ask('EHLO client.example');
  const lines = [
    'NOOP\n',
    'NOOP\r\r\n',
    '\rNOOP\r\n',
    'MAIL FROM:<a@example.org>\rRCPT TO:<list@example.org>\r\n',
    'MAIL FROM:<a@example.org>\n',
  ];
  for (const line of lines) {
    peer.write(line);
    assert.match(await peer.reply(), /^500 5\.5\.2 /, JSON.stringify(line));
  }
  await peer.ask('MAIL FROM:<>');
  assert.match(await peer.ask('RCPT TO:<list@example.org>\rDATA'), /^500 5\.5\.2 /);
  assert.match(await peer.ask('DATA'), /^503 /);
  assert.equal(messages.length, 0);
});

test('a CRLF that comes in two packets ends a command', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  for (const part of ['NO', 'OP\r', '\n']) {
    peer.write(part);
    await delay(5);
  }
  assert.match(await peer.reply(), /^250 /);
});

test('commands and a message that come in one packet are obeyed in order', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  peer.write(
    `EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<list@example.org>\r\nDATA\r\n${message}.\r\nNOOP\nNOOP\r\nQUIT\r\n`,
  );
  const codes = (await peer.rest()).map((reply) => reply.slice(0, 3));
  assert.deepEqual(codes, ['250', '250', '250', '354', '250', '500', '250', '221']);
  assert.equal(String(messages[0]?.raw), message);
});

test('commands that come in one packet are answered in one', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  await peer.ask('EHLO client.example');
  const packets: string[] = [];
  peer.socket.on('data', (packet: Buffer) => packets.push(packet.toString('latin1')));
  peer.write('MAIL FROM:<>\r\nRCPT TO:<list@example.org>\r\nDATA\r\n');
  await until('354', () => packets.join('').includes('\r\n354 '));
  assert.equal(packets.length, 1, JSON.stringify(packets));
});

test('a line that the end of the connection cuts off is no command', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  await peer.begin();
  peer.write('DATA');
  peer.socket.end();
  assert.deepEqual(await peer.rest(), []);
  assert.equal(messages.length, 0);
});

test('a command line without an end is cut off with 421', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  peer.write('x'.repeat(1_000_000));
  assert.deepEqual(await peer.rest(), ['421 4.7.0 Command line too long']);
});

test('after 100 commands that bring no message the connection ends with 421', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  peer.write('NOOP\r\n'.repeat(10_000));
  const told = await peer.rest();
  assert.equal(told.length, 101);
  assert.match(told.at(-1) ?? '', /^421 4\.7\.0 /);
});

test('transactions that are begun and given up count as such commands', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  await peer.begin();
  peer.write('RSET\r\nMAIL FROM:<>\r\n'.repeat(200));
  assert.match((await peer.rest()).at(-1) ?? '', /^421 4\.7\.0 /);
});

test('recipients that are refused for now count too', async (context) => {
  const { client } = await openListener(context, { recipientReply: () => replies.unavailable });
  const peer = await client();
  await peer.begin();
  peer.write('RCPT TO:<a@example.org>\r\n'.repeat(10_000));
  const told = await peer.rest();
  assert(told.length <= 101, String(told.length));
  assert.match(told.at(-1) ?? '', /^421 4\.7\.0 /);
});

test('an accepted message restores the budget of commands', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  await peer.begin();
  for (let round = 0; round < 3; round += 1) {
    peer.write('NOOP\r\n'.repeat(80));
    await peer.replies(80);
    assert.equal(await peer.data(message), '250 2.0.0 stored');
    await peer.ask('MAIL FROM:<>');
    await peer.ask('RCPT TO:<list@example.org>');
  }
});

test('a command that trickles in is cut at its deadline, which no byte extends', async (context) => {
  const { listener, client } = await openListener(context, { limits: { commandMs: 150 } });
  const peer = await client();
  await peer.reply();
  const trickle = setInterval(() => peer.write('N'), 20);
  const told = await peer.rest();
  clearInterval(trickle);
  assert.deepEqual(told, ['421 4.4.2 the command took too long to come']);
  await until('the connection has gone', () => listener.connectionCount() === 0);
});

test('a client that only keeps the connection up is told 421 in the end', async (context) => {
  const { client } = await openListener(context, { limits: { commandPhaseMs: 300 } });
  const peer = await client();
  await peer.reply();
  const chatter = setInterval(() => peer.write('NOOP\r\n'), 50);
  const told = await peer.rest();
  clearInterval(chatter);
  assert.equal(told.at(-1), '421 4.4.2 no message came for too long');
});

test('a message resets the time in which one must come', async (context) => {
  const { client } = await openListener(context, { limits: { commandPhaseMs: 400 } });
  const peer = await client();
  await peer.begin();
  for (let round = 0; round < 4; round += 1) {
    await delay(150);
    assert.equal(await peer.data(message), '250 2.0.0 stored');
    peer.write('MAIL FROM:<>\r\nRCPT TO:<list@example.org>\r\n');
    await peer.replies(2);
  }
});

test('a message below the least rate is cut, though it is within the whole time', async (context) => {
  const { messages, client } = await openListener(context, {
    limits: { dataGraceMs: 100, minBytesPerSecond: 10_000 },
  });
  const peer = await client();
  await peer.begin();
  await peer.ask('DATA');
  const trickle = setInterval(() => peer.write('x'), 10);
  const told = await peer.reply();
  clearInterval(trickle);
  assert.match(told, /^421 4\.4\.2 /);
  assert.equal(messages.length, 0);
});

test('a message above the least rate may take longer than the grace', async (context) => {
  const { messages, client } = await openListener(context, {
    limits: { dataGraceMs: 100, minBytesPerSecond: 500 },
  });
  const peer = await client();
  await peer.begin();
  await peer.ask('DATA');
  for (let count = 0; count < 10; count += 1) {
    peer.write(`${'x'.repeat(98)}\r\n`);
    await delay(30);
  }
  assert.equal(await peer.ask('.'), '250 2.0.0 stored');
  assert.equal(messages[0]?.raw.length, 1000);
});
