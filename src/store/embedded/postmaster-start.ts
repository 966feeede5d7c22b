import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isAlive, isPostmasterOf, parsePostmasterFile } from './postmaster-process.ts';
import { folderError, makePrivateFolder } from './private-folder.ts';
import type { ServerBinaries } from './server-binaries.ts';
import type { ServerPlace } from './server-place.ts';
import { childOptionsOf } from './server-user.ts';
import { quotedFolder, socketFileName } from './socket-folder.ts';

const maxLogBytes = 10 * 1024 * 1024;

/** A postmaster that this process has started. */
export interface StartedPostmaster {
  readonly pid: number;
  readonly hasExited: () => boolean;
  /** What the log file has got since this start. */
  readonly logSince: () => Promise<string>;
}

/**
 * Starts a postmaster in a session of its own, so that Ctrl-C reaches Patchloom and not it, and lets this process end
 * without it. Returns before it answers; a second one for the same data directory exits by itself.
 */
export async function startPostmaster(
  place: ServerPlace,
  binaries: ServerBinaries,
): Promise<StartedPostmaster> {
  await makePrivateFolder(place.socketFolder, place.user);
  await removeForeignLock(join(place.clusterFolder, 'postmaster.pid'), place);
  await removeForeignLock(join(place.socketFolder, `${socketFileName}.lock`), place);
  const log = await openLog(place);
  try {
    const { size } = await log.stat();
    const child = await spawnPostmaster(place, binaries, log.fd);
    return { ...child, logSince: async () => await readFrom(place.logFile, size) };
  } finally {
    await log.close();
  }
}

/** Settings that hold whatever postgresql.conf says: acknowledged mail must survive, and nobody else may connect. */
function fixedSettings(place: ServerPlace): string[] {
  const settings = {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: quotedFolder(place.socketFolder),
    unix_socket_permissions: '0700',
    log_destination: 'stderr',
    logging_collector: 'off',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function spawnPostmaster(
  place: ServerPlace,
  binaries: ServerBinaries,
  log: number,
): Promise<Omit<StartedPostmaster, 'logSince'>> {
  const child = spawn(binaries.postgres, ['-D', place.clusterFolder, ...fixedSettings(place)], {
    ...childOptionsOf(place.user),
    env: binaries.environment,
    detached: true,
    stdio: ['ignore', log, log],
  });
  const failure = new Promise<never>((_resolve, reject) => child.once('error', reject));
  const spawned = new Promise<number>((resolve) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  try {
    const pid = await Promise.race([spawned, failure]);
    child.unref();
    return { pid, hasExited: () => child.exitCode !== null || child.signalCode !== null };
  } catch (cause) {
    throw new EmbeddedPostgresError('start-failed', `cannot run ${binaries.postgres}`, cause);
  }
}

/**
 * Removes a lock file of Postgres whose process id has gone to another process, as happens when a container starts anew:
 * Postgres would take that process for a postmaster and refuse to start. Any other it judges itself. Should a second
 * postmaster begin meanwhile, the shared memory that belongs to the data directory keeps the two apart.
 */
async function removeForeignLock(path: string, place: ServerPlace): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => null);
  const pid = text === null ? null : parsePostmasterFile(text.replace(/^-/, ''))?.pid;
  if (pid === null || pid === undefined || !isAlive(pid)) return;
  if (await isPostmasterOf(pid, place.clusterFolder)) return;
  await rm(path, { force: true });
}

/** Opens the log for appending; a long one is first put aside, in place of the one before. */
async function openLog({ logFile, user }: ServerPlace): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  try {
    const size = await stat(logFile).then(
      (found) => found.size,
      () => 0,
    );
    if (size > maxLogBytes) await rename(logFile, `${logFile}.old`);
    const log = await open(logFile, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o640);
    // The owner of the data folder may start the server next.
    if (user.isDropped && size === 0) await log.chown(user.uid, user.gid);
    return log;
  } catch (cause) {
    throw folderError(logFile, cause);
  }
}

async function readFrom(path: string, offset: number): Promise<string> {
  const bytes = await readFile(path);
  return bytes.subarray(offset).toString('utf8');
}
