import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { findPostmaster } from '../../src/store/embedded/postmaster-process.ts';
import { placeServer } from '../../src/store/embedded/server-place.ts';
import { connectionStringOf } from '../../src/store/embedded/socket-folder.ts';
import { lastResort, removeDataFolderNow } from './last-resort.ts';
import { PatchloomProcess } from './patchloom-process.ts';
import type { CommandResult, Environment } from './patchloom-process.ts';
import { makeTestFolder } from './test-folder.ts';
import { until } from './until.ts';

/** A data folder with what runs on it. All is stopped and removed when the test ends, however it ends. */
export interface Scene {
  readonly dataFolder: string;
  /** Starts `serve` on free ports and waits for its ready line. */
  serve(environment?: Environment): Promise<Daemon>;
  /** Starts any command. */
  start(args: readonly string[], options?: CommandOptions): PatchloomProcess;
  /** Runs a command to its end. */
  run(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** What `export` prints; fails unless it exits with 0. */
  exported(): Promise<string>;
  /** The embedded database, which answers while a daemon or a command runs. */
  database(): Promise<Database>;
  /** Ends the embedded Postgres as a power cut would. */
  killPostgres(): Promise<void>;
}

export interface CommandOptions {
  readonly environment?: Environment;
  readonly input?: Buffer;
}

/** A `serve` that is ready. */
export interface Daemon {
  readonly process: PatchloomProcess;
  readonly smtpAddress: string;
  readonly lmtpAddress: string;
  readonly httpAddress: string;
  /** Asks it to end by SIGTERM; fails unless it exits with 0. */
  readonly stop: () => Promise<void>;
}

const freePorts = {
  SMTP_ADDRESS: '127.0.0.1:0',
  LMTP_ADDRESS: '127.0.0.1:0',
  HTTP_ADDRESS: '127.0.0.1:0',
  WORKERS: '1',
};

/** Opens a scene on a fresh data folder; `environment` goes to all its commands. */
export async function openScene(
  context: TestContext,
  environment: Environment = {},
): Promise<Scene> {
  const dataFolder = await makeTestFolder();
  const settle = lastResort(() => removeDataFolderNow(dataFolder));
  const processes: PatchloomProcess[] = [];
  const databases: Database[] = [];
  context.after(async () => {
    await Promise.all(processes.map((process) => process.killGroup()));
    await Promise.all(databases.map((database) => database.end()));
    await stopPostgres(dataFolder, 'SIGQUIT');
    await rm(dataFolder, { recursive: true, force: true });
    settle();
  });

  function start(args: readonly string[], options: CommandOptions = {}): PatchloomProcess {
    const settings = { ...freePorts, PATCHLOOM_DATA: dataFolder, ...environment };
    const env = { ...settings, ...options.environment };
    const process = new PatchloomProcess(args, env, options.input ?? null);
    processes.push(process);
    return process;
  }
  const scene: Scene = {
    dataFolder,
    start,
    run: async (args, options) => start(args, options).result(),
    async serve(settings = {}) {
      return readyDaemon(start(['serve'], { environment: settings }));
    },
    async exported() {
      const { code, stdout, stderr } = await start(['export']).result();
      assert.equal(code, 0, stderr);
      return stdout;
    },
    async database() {
      const database = await connect(dataFolder);
      databases.push(database);
      return database;
    },
    killPostgres: async () => stopPostgres(dataFolder, 'SIGKILL'),
  };
  return scene;
}

async function readyDaemon(process: PatchloomProcess): Promise<Daemon> {
  const line = await process.firstLine();
  const ready = /^ready smtp=(\S+) lmtp=(\S+) http=(\S+)$/.exec(line);
  assert.ok(ready, `a ready line: ${line}`);
  const [, smtpAddress = '', lmtpAddress = '', httpAddress = ''] = ready;
  return {
    process,
    smtpAddress,
    lmtpAddress,
    httpAddress,
    async stop() {
      process.signal('SIGTERM');
      const { code, stderr } = await process.result();
      assert.equal(code, 0, stderr);
    },
  };
}

async function connect(dataFolder: string): Promise<Database> {
  const { socketFolder } = await placeServer(dataFolder);
  return openDatabase(connectionStringOf(socketFolder, 'patchloom'), {
    maxConnections: 2,
    applicationName: 'patchloom test',
    statementTimeoutMs: 60_000,
  });
}

async function stopPostgres(dataFolder: string, signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
  const { clusterFolder } = await placeServer(dataFolder);
  const postmaster = await findPostmaster(clusterFolder);
  if (postmaster === null) return;
  process.kill(postmaster.pid, signal);
  await until('Postgres has gone', async () => (await findPostmaster(clusterFolder)) === null);
}

/** Waits until `count` deliveries have come and each has a result. */
export async function untilIndexed(
  database: Database,
  count: number,
  deadlineMs?: number,
): Promise<void> {
  await until(
    `${count} deliveries indexed`,
    async () => {
      const { waiting, ...done } = await countOutcomes(database, null);
      const doneCount = Object.values(done).reduce((sum, part) => sum + part, 0);
      return waiting === 0 && doneCount === count;
    },
    deadlineMs,
  );
}
