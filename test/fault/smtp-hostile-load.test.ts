import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';
import { SmtpClient } from '../smtp/smtp-client.ts';

const message = `Subject: [PATCH] float\r\n\r\n${'text of a patch\r\n'.repeat(600)}`;
const mebibyte = 1024 * 1024;

interface HostileListener {
  readonly client: () => Promise<SmtpClient>;
  readonly residentBytes: () => Promise<number>;
}

async function startHostileListener(context: TestContext): Promise<HostileListener> {
  const program = join(packageRoot, 'dist', 'test', 'fault', 'hostile-listener.js');
  const child: ChildProcess = fork(program);
  const clients: SmtpClient[] = [];
  context.after(() => {
    for (const { socket } of clients) socket.destroy();
    child.kill('SIGKILL');
  });
  const [{ address }] = (await once(child, 'message')) as [{ address: string }];
  return {
    async client() {
      const client = await SmtpClient.to(address);
      clients.push(client);
      return client;
    },
    async residentBytes() {
      child.send('memory');
      const [told] = (await once(child, 'message')) as [{ residentBytes: number }];
      return told.residentBytes;
    },
  };
}

/** Sends one message over a connection of its own; milliseconds from connecting to 250. */
async function sendHonestly({ client }: HostileListener): Promise<number> {
  const startedAt = performance.now();
  const peer = await client();
  await peer.begin();
  assert.equal(await peer.data(message), '250 2.0.0 stored');
  const tookMs = performance.now() - startedAt;
  peer.socket.destroy();
  return tookMs;
}

/** Gives refused recipients for as long as it is not stopped, over one connection after the other. */
async function floodRecipients(
  { client }: HostileListener,
  isOver: () => boolean,
): Promise<number> {
  let refusedCount = 0;
  while (!isOver()) {
    const peer = await client();
    await peer.begin();
    peer.write('RCPT TO:<nobody@example.org>\r\n'.repeat(1000));
    refusedCount += (await peer.rest()).length;
  }
  return refusedCount;
}

test('500 idle clients, 50 that trickle and one that floods hold up no honest one, and take under 100 MB', async (context) => {
  const listener = await startHostileListener(context);
  await sendHonestly(listener);
  const bytesBefore = await listener.residentBytes();

  await Promise.all(Array.from({ length: 500 }, () => listener.client()));
  const trickling = await Promise.all(Array.from({ length: 50 }, () => listener.client()));
  await Promise.all(trickling.map((peer) => peer.begin()));
  // Half of them in a command, half in a message.
  for (const [number, peer] of trickling.entries()) peer.write(number % 2 ? 'DATA\r\n' : 'NO');
  const trickle = setInterval(() => {
    for (const { socket } of trickling) socket.write('x');
  }, 50);
  let isOver = false;
  const flood = floodRecipients(listener, () => isOver);

  const tookMs: number[] = [];
  for (let count = 0; count < 100; count += 1) tookMs.push(await sendHonestly(listener));
  isOver = true;
  clearInterval(trickle);
  const refusedCount = await flood;
  const grownBytes = (await listener.residentBytes()) - bytesBefore;

  const sorted = tookMs.toSorted((first, second) => first - second);
  const p99 = sorted[98] ?? Infinity;
  context.diagnostic(
    `p50 ${Math.round(sorted[49] ?? 0)} ms, p99 ${Math.round(p99)} ms, ${Math.round(grownBytes / mebibyte)} MiB grown, ${refusedCount} replies to the flood`,
  );
  assert(p99 < 1000, `p99 ${p99} ms`);
  assert(grownBytes < 100 * mebibyte, `${grownBytes} bytes grown`);
  assert(refusedCount > 100, 'the flood went on');
});

test('20 MB of stuffed dots hold up no honest one', async (context) => {
  const listener = await startHostileListener(context);
  await sendHonestly(listener);
  const bytesBefore = await listener.residentBytes();
  const dots = await listener.client();
  await dots.begin();
  await dots.ask('DATA');
  const answered = dots.ask(`${'..\r\n'.repeat(5 * mebibyte)}.`);
  const tookMs: number[] = [];
  for (let count = 0; count < 10; count += 1) tookMs.push(await sendHonestly(listener));
  assert.equal(await answered, '250 2.0.0 stored');
  const grownBytes = (await listener.residentBytes()) - bytesBefore;
  context.diagnostic(
    `at most ${Math.round(Math.max(...tookMs))} ms, ${Math.round(grownBytes / mebibyte)} MiB grown`,
  );
  assert(Math.max(...tookMs) < 5000);
});
