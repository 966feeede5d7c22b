import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { openIndexQueue } from '../../src/queue/index-queue.ts';

/** Port 9 of this machine, where nothing listens. */
const nobody = 'redis://127.0.0.1:9';

/** Address of a Redis that takes connections and never says a word, as one that is stopped by SIGSTOP. */
async function frozenRedis(context: TestContext): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function assertCallsEnd(url: string): Promise<void> {
  const queue = openIndexQueue({ kind: 'redis', url }, () => undefined);
  const calls = [queue.add([{ deliveryIds: [1] }]), queue.hasWorkers()];
  const results = await Promise.allSettled(calls);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  await queue.close();
}

test('a Redis that is gone makes calls of the queue fail, where BullMQ alone would wait for ever', async () => {
  await assertCallsEnd(nobody);
});

test('a Redis that is frozen makes calls of the queue fail', async (context) => {
  await assertCallsEnd(await frozenRedis(context));
});
