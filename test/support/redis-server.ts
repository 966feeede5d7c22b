import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { acceptsConnections } from './accepts-connections.ts';
import { freePort } from './free-port.ts';
import { lastResort } from './last-resort.ts';
import { makeTestFolder } from './test-folder.ts';
import { until } from './until.ts';

/** A Redis of the test's own, with nothing on disk. */
export interface RedisServer {
  readonly url: string;
  /** Ends it as a power cut would: all that it held is gone. */
  stop(): Promise<void>;
  /** Starts it again under the same address. */
  start(): Promise<void>;
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

const givenUrl = process.env['REDIS_URL'];
const isCi = process.env['CI'] === 'true';

/** Reason to skip a test that stops its Redis, false where it can run. In CI, what is missing is a failure, not a reason. */
export const ownRedisSkip = hasRedis || isCi ? false : 'no redis-server on the PATH';

/** Reason to skip a test that needs some Redis, false where it can run. */
export const redisSkip =
  givenUrl === undefined ? ownRedisSkip && `${ownRedisSkip}, and no REDIS_URL` : false;

/** A Redis to work with: the test's own, else the one of REDIS_URL. */
export async function someRedisUrl(context: TestContext): Promise<string> {
  if (!hasRedis && givenUrl !== undefined) return givenUrl;
  return (await openRedis(context)).url;
}

/** Starts redis-server on a free port; it ends with the test. */
export async function openRedis(context: TestContext): Promise<RedisServer> {
  const folder = await makeTestFolder();
  const port = await freePort();
  let stop = async (): Promise<void> => undefined;
  async function start(): Promise<void> {
    stop = await startRedis(folder, port);
  }
  context.after(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });
  await start();
  return { url: `redis://127.0.0.1:${port}`, start, stop: async () => stop() };
}

async function startRedis(folder: string, port: number): Promise<() => Promise<void>> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const child = spawn('redis-server', settings, { stdio: 'ignore' });
  await once(child, 'spawn');
  const settle = lastResort(() => child.kill('SIGKILL'));
  await until('Redis answers', () => acceptsConnections(port));
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    settle();
  };
}
