import { test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { openListener } from './open-listener.ts';

const smuggled =
  'MAIL FROM:<evil@example.org>\r\nRCPT TO:<list@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\n';

/** Ends of data that some server takes for the true one, and that have a bare CR or LF. */
const bareTerminators = [
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
  '\n\n.\n\n',
  '\n\r.\n\r',
  '\r\n..\n',
  '\n..\r\n',
];

/** Such ends with whole line ends only: text like any other. */
const plainTerminators = [
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
  '\r\n. \r\n',
  '\r\n .\r\n',
  '\r\n.\v\r\n',
  '\r\n.\f\r\n',
  '\r\n.\u0085\r\n',
];

test('no false end of data lets a second message in: a bare CR or LF is refused at the true end', async (context) => {
  const { messages, client } = await openListener(context);
  const sessions = bareTerminators.map(async (terminator) => {
    const peer = await client();
    await peer.begin();
    const told = await peer.data(`Subject: a${terminator}${smuggled}`);
    assert.match(told, /^550 5\.5\.2 /, JSON.stringify(terminator));
    assert.match(await peer.ask('MAIL FROM:<>'), /^250 /, 'the connection is in step');
  });
  await Promise.all(sessions);
  assert.equal(messages.length, 0);
});

test('a bare CR before the true end refuses the message that ends there', async (context) => {
  const { messages, client } = await openListener(context);
  const peer = await client();
  await peer.begin();
  assert.match(await peer.data('Subject: a\r\r\n'), /^550 5\.5\.2 /);
  assert.equal(messages.length, 0);
});

test('a false end of data with whole line ends stays text of one message', async (context) => {
  const { messages, client } = await openListener(context);
  const sessions = plainTerminators.map(async (terminator) => {
    const peer = await client();
    await peer.begin();
    const told = await peer.data(`Subject: a${terminator}${smuggled}`);
    assert.equal(told, '250 2.0.0 stored', JSON.stringify(terminator));
  });
  await Promise.all(sessions);
  for (const { raw } of messages) assert.match(String(raw), /^Subject: a[^]*Subject: smuggled/);
  assert.equal(messages.length, plainTerminators.length);
});

test('how the bytes are cut into packets makes no difference', async (context) => {
  const { messages, client } = await openListener(context);
  const payload = 'Subject: a\r\n\r\n..\r\n..dots\r\ntext\n.\r\nmore\r\n.\r\n';
  const sessions = Array.from(payload, async (_, cut) => {
    const peer = await client();
    await peer.begin();
    await peer.ask('DATA');
    peer.socket.setNoDelay(true);
    peer.write(payload.slice(0, cut));
    await delay(5);
    peer.write(payload.slice(cut));
    assert.match(await peer.reply(), /^550 5\.5\.2 /, `cut at ${cut}`);
  });
  await Promise.all(sessions);
  assert.equal(messages.length, 0);
});

test('a listener for trusted peers may make bare LFs whole instead', async (context) => {
  const { messages, client } = await openListener(context, { bareLineEnds: 'normalize' });
  const peer = await client();
  await peer.begin();
  assert.equal(await peer.data('Subject: a\n\ntext\n.\nmore\n\r\n'), '250 2.0.0 stored');
  assert.equal(String(messages[0]?.raw), 'Subject: a\r\n\r\ntext\r\n.\r\nmore\r\n\r\n');
});

test('a client that talks before the greeting is sent away', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  assert.match(await peer.ask('EHLO client.example'), /^421 /);
});
