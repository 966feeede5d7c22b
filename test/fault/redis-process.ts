import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { rm } from 'node:fs/promises';
import { freePort } from '../support/free-port.ts';
import { makeTestFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

/** Reason to skip a test that needs Redis; false where it is installed. */
export const needsRedis =
  spawnSync('redis-server', ['--version']).status === 0 ? false : 'redis-server is not installed';

/** A Redis of its own, with a queue that is on disk every second; stopped when the test ends. */
export class RedisProcess {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  #child: ChildProcess | null = null;

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(
    context: TestContext,
    settings: readonly string[] = [],
  ): Promise<RedisProcess> {
    const redis = new RedisProcess(await freePort(), await makeTestFolder());
    context.after(async () => {
      await redis.kill();
      await rm(redis.#folder, { recursive: true, force: true });
    });
    await redis.start(settings);
    return redis;
  }

  /** Starts it, again with the data that it had; waits until it answers. */
  async start(settings: readonly string[] = []): Promise<void> {
    const place = ['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const durability = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
    const args = [...place, ...durability, ...settings];
    this.#child = spawn('redis-server', args, { stdio: 'ignore' });
    await until('Redis answers', async () => (await this.ask('PING')) === 'PONG');
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await exited;
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** The answer to one command; null when there is none. */
  async ask(command: string, ...args: string[]): Promise<unknown> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.call(command, ...args);
    } catch {
      return null;
    } finally {
      client.disconnect();
    }
  }
}
