import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openServer } from './open-server.ts';

/** "200 ok": status and text of the answer of a server on a free port. */
async function answer(
  context: TestContext,
  path: string,
  obstacles: () => Promise<readonly string[]>,
): Promise<string> {
  const server = await openServer(context, { obstacles });
  const response = await fetch(`http://${server.address}${path}`);
  return `${response.status} ${(await response.text()).trim()}`;
}

const ready = async (): Promise<string[]> => [];
const notReady = async (): Promise<string[]> => ['there is no room', 'it is late'];
const failing = async (): Promise<string[]> => Promise.reject(new Error('no database'));

test('a daemon that lives is healthy, whatever its database does', async (context) => {
  assert.equal(await answer(context, '/healthz', ready), '200 ok');
  assert.equal(await answer(context, '/healthz', failing), '200 ok');
});

test('a daemon that is not ready says why', async (context) => {
  assert.equal(await answer(context, '/readyz', ready), '200 ready');
  assert.equal(
    await answer(context, '/readyz', notReady),
    '503 not ready: there is no room, it is late',
  );
  assert.equal(await answer(context, '/readyz', failing), '503 not ready: it cannot be told');
});

test('an address that is taken is refused with the error of the system', async (context) => {
  const { address } = await openServer(context);
  await assert.rejects(openServer(context, { address }), { code: 'EADDRINUSE' });
});
