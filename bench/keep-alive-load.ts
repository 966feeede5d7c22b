import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** What a load came to. */
export interface LoadResult {
  readonly requestCount: number;
  readonly seconds: number;
  /** Of answers other than 200. */
  readonly failureCount: number;
}

/**
 * Sends GET requests for `paths` in turn over connections that stay open, one request under way on each, for a number of
 * seconds. Reads no more of an answer than its status and where it ends, so that the load costs little itself.
 */
export async function loadPaths(
  address: string,
  paths: readonly string[],
  connectionCount: number,
  seconds: number,
): Promise<LoadResult> {
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let sentCount = 0;
  const nextPath = (): string | null =>
    performance.now() < endsAt ? paths[sentCount++ % paths.length]! : null;
  const results = await Promise.all(
    Array.from({ length: connectionCount }, () => loadOne(address, nextPath)),
  );
  return {
    requestCount: results.reduce((sum, { requestCount }) => sum + requestCount, 0),
    failureCount: results.reduce((sum, { failureCount }) => sum + failureCount, 0),
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

async function loadOne(
  address: string,
  nextPath: () => string | null,
): Promise<{ requestCount: number; failureCount: number }> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  socket.setNoDelay();
  let requestCount = 0;
  let failureCount = 0;
  for (let path = nextPath(); path !== null; path = nextPath()) {
    const status = await ask(socket, address, path);
    requestCount += 1;
    if (status !== 200) failureCount += 1;
  }
  socket.destroy();
  return { requestCount, failureCount };
}

/** Status of the answer, once all of it has come. */
async function ask(socket: Socket, address: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!isWhole(text)) return;
      socket.off('data', read).off('error', reject);
      resolve(Number(text.slice(9, 12)));
    };
    socket.on('data', read);
    socket.once('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${address}\r\n\r\n`);
  });
}

/** Whether all of an answer is there: as much as its head says, or up to the empty chunk, behind which nothing comes. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: ([0-9]+)/i.exec(text.slice(0, end + 2))?.[1];
  if (length !== undefined) return text.length >= end + 4 + Number(length);
  return text.endsWith('\r\n0\r\n\r\n');
}
