import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { packageRoot } from '../../src/package-root.ts';
import {
  openEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../src/store/embedded/embedded-postgres.ts';
import { findPostmaster } from '../../src/store/embedded/postmaster-process.ts';
import { parsePasswd, type PasswdEntry } from '../../src/store/embedded/server-user.ts';

/** Reason to skip a test that needs root, false for root. */
export const rootOnly =
  process.getuid?.() === 0 ? false : 'only root can run Postgres as another user';

/** A user of this machine, such as nobody or daemon. */
export async function userNamed(name: string): Promise<PasswdEntry> {
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  const found = users.find((user) => user.name === name);
  assert.ok(found, `there is a user ${name}`);
  return found;
}

const cleanups = new WeakMap<TestContext, (() => unknown)[]>();

/** Runs `cleanup` after the test, the last one named first: servers are left before their folders are removed. */
export function afterwards(t: TestContext, cleanup: () => unknown): void {
  const known = cleanups.get(t);
  if (known !== undefined) {
    known.push(cleanup);
    return;
  }
  const first = [cleanup];
  cleanups.set(t, first);
  t.after(async () => {
    for (const next of first.toReversed()) await next();
  });
}

/** Opens the embedded Postgres of a data folder and closes it after the test. */
export async function open(
  t: TestContext,
  dataFolder: string,
  options: Omit<EmbeddedPostgresOptions, 'dataFolder'> = {},
): Promise<EmbeddedPostgres> {
  const postgres = await openEmbeddedPostgres({ dataFolder, ...options });
  afterwards(t, async () => await postgres.close());
  return postgres;
}

/** A new folder below /tmp that everybody can enter; removed after the test, with the server that may still run in it. */
export async function temporaryFolder(
  t: TestContext,
  owner: PasswdEntry | null = null,
): Promise<string> {
  const folder = await realpath(await mkdtemp('/tmp/patchloom-test-'));
  await chmod(folder, 0o755);
  if (owner !== null) await chown(folder, owner.uid, owner.gid);
  afterwards(t, async () => {
    await stopLeftover(join(folder, 'postgres'));
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Stops the server of a data directory, if a failed test left one. */
export async function stopLeftover(clusterFolder: string): Promise<void> {
  const postmaster = await findPostmaster(clusterFolder).catch(() => null);
  if (postmaster === null) return;
  process.kill(postmaster.pid, 'SIGCONT');
  process.kill(postmaster.pid, 'SIGQUIT');
  await until(async () => (await findPostmaster(clusterFolder)) === null);
}

/** Waits for something that must come true; fails after 30 s. */
export async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 3000; tries++) {
    if (await isTrue()) return;
    await sleep(10);
  }
  assert.fail(`never came true: ${isTrue.toString()}`);
}

/** Rows of one query on a connection of its own. */
export async function query<Row extends QueryResultRow>(
  connectionString: string,
  text: string,
): Promise<Row[]> {
  const client = new Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Process id of the server of a data directory, which must run. */
export async function serverPid(clusterFolder: string): Promise<number> {
  const postmaster = await findPostmaster(clusterFolder);
  assert.ok(postmaster, `a server runs in ${clusterFolder}`);
  return postmaster.pid;
}

/** A line that embedded-holder.js wrote. */
export interface HolderReport {
  readonly event: 'opened' | 'restarted' | 'closed' | 'failed';
  readonly startedHere?: boolean;
  readonly connectionString?: string;
  readonly problem?: string;
  readonly message?: string;
}

/** Another process that uses the embedded Postgres of a data folder. */
export interface Holder {
  readonly child: ChildProcess;
  readonly nextReport: () => Promise<HolderReport>;
}

/** Starts embedded-holder.js, as `user` when one is given; ends it after the test. */
export function startHolder(
  t: TestContext,
  dataFolder: string,
  { user = null, mode = 'hold' }: { user?: PasswdEntry | null; mode?: 'hold' | 'forget' } = {},
): Holder {
  const program = join(packageRoot, 'dist', 'test', 'postgres', 'embedded-holder.js');
  const child = spawn(process.execPath, [program, dataFolder, mode], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
  });
  afterwards(t, () => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    nextReport: async () => {
      const line = await lines.next();
      assert.ok(line.done !== true, 'the holder reports before it ends');
      const report: unknown = JSON.parse(line.value);
      assert.ok(isReport(report));
      return report;
    },
  };
}

function isReport(value: unknown): value is HolderReport {
  return typeof value === 'object' && value !== null && 'event' in value;
}

/** Kills a holder as a power cut would, and waits until it has gone. */
export async function killHolder({ child }: Holder): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Lets a holder close, and returns what it reports. */
export async function closeHolder(holder: Holder): Promise<HolderReport> {
  holder.child.stdin?.end();
  return await holder.nextReport();
}
