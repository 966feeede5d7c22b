import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { replies } from '../../src/smtp/reply.ts';
import { startListener } from '../../src/smtp/listener.ts';
import { openListener } from './open-listener.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchloom-lmtp-'));
after(() => rmSync(folder, { recursive: true }));
const message = 'Subject: hello\r\n\r\ntext\r\n';

test('LMTP answers once for each accepted recipient, also for one given twice', async (context) => {
  const { messages, client } = await openListener(context, {
    protocol: 'lmtp',
    recipientReply: (address) => (address.startsWith('other') ? replies.unknownRecipient : null),
  });
  const peer = await client();
  assert.equal(await peer.reply(), '220 lists.example.org LMTP');
  peer.write(
    'LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<list@example.org>\r\nRCPT TO:<LIST@example.org>\r\n',
  );
  peer.write(
    `RCPT TO:<other@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n${message}.\r\nNOOP\r\n`,
  );
  assert.equal(await peer.codes(7), '250 250 250 250 550 250 354');
  assert.deepEqual(
    await peer.replies(3),
    Array.from({ length: 3 }, () => '250 2.0.0 stored'),
  );
  assert.equal(await peer.reply(), '250 2.0.0 OK');
  assert.deepEqual(messages[0]?.envelopeTo, ['LIST@example.org', 'b@example.org']);
});

test('LMTP answers for the recipients of the present transaction only', async (context) => {
  const { client } = await openListener(context, {
    protocol: 'lmtp',
    accept: async () => replies.unavailable,
  });
  const peer = await client();
  await peer.begin('LHLO');
  await peer.ask('RCPT TO:<b@example.org>');
  await peer.ask('RSET');
  await peer.ask('MAIL FROM:<>');
  await peer.ask('RCPT TO:<c@example.org>');
  peer.write('DATA\r\n.\r\nNOOP\r\n');
  assert.equal(await peer.codes(3), '354 451 250');
});

test('EHLO is no command of LMTP', async (context) => {
  const { client } = await openListener(context, { protocol: 'lmtp' });
  const peer = await client();
  await peer.reply();
  assert.match(await peer.ask('EHLO client.example'), /^500 /);
});

test('a unix socket takes messages, belongs to owner and group, and is gone after close', async (context) => {
  const address = join(folder, 'lmtp.sock');
  const { listener, messages, client } = await openListener(context, { protocol: 'lmtp', address });
  assert.equal(listener.address, address);
  assert.equal(statSync(address).mode & 0o777, 0o660);
  const peer = await client();
  await peer.begin('LHLO');
  assert.equal(await peer.data(message), '250 2.0.0 stored');
  assert.equal(messages[0]?.peer, null);
  peer.socket.destroy();
  await listener.close();
  assert.equal(existsSync(address), false);
});

test('the socket file of a process that is gone is replaced', async (context) => {
  const address = join(folder, 'stale.sock');
  const script = `require('net').createServer().listen(${JSON.stringify(address)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['--eval', script]);
  assert(existsSync(address), 'the killed process left its socket file');
  const { client } = await openListener(context, { protocol: 'lmtp', address });
  assert.match(await (await client()).reply(), /^220 /);
});

test('a path where a process listens, or where a file stands, is refused', async (context) => {
  const options = {
    protocol: 'lmtp' as const,
    hostname: 'lists.example.org',
    maxMessageBytes: 1,
    bareLineEnds: 'reject' as const,
    accept: async () => replies.stored,
    reportError: () => undefined,
  };
  const busy = join(folder, 'busy.sock');
  const server = createServer().listen(busy);
  context.after(() => server.close());
  await assert.rejects(startListener({ ...options, address: busy }), /another process listens/);
  const file = join(folder, 'file');
  writeFileSync(file, 'kept');
  await assert.rejects(startListener({ ...options, address: file }), /is no socket/);
  assert.equal(existsSync(file), true);
});

test('a port that is taken is refused with the reason of the system', async (context) => {
  const { listener } = await openListener(context);
  await assert.rejects(openListener(context, { address: listener.address }), {
    code: 'EADDRINUSE',
  });
});
