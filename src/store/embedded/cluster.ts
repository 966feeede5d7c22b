import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { syncFolder, writeDurably } from './durable-files.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { ignoreExisting } from './library-links.ts';
import { folderError, makePrivateFolder } from './private-folder.ts';
import { isAlive } from './postmaster-process.ts';
import type { ServerBinaries } from './server-binaries.ts';
import type { ServerPlace } from './server-place.ts';
import { childOptionsOf } from './server-user.ts';

const runFile = promisify(execFile);

/** Go into postgresql.conf, where the operator may change them; what must not be changed is in postmaster-start.ts. */
const initialSettings = {
  shared_buffers: '128MB',
  max_connections: '100',
  max_wal_size: '1GB',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/**
 * Makes the data directory by initdb unless it is there, and the marker file where it lies outside the data folder.
 * It is made in a sibling folder and appears by a rename, whole and on disk: a kill leaves no half cluster, and of two
 * first starts at once one wins. Throws EmbeddedPostgresError 'initdb-failed', 'other-version' or 'folder-unusable'.
 */
export async function createClusterIfMissing(
  place: ServerPlace,
  binaries: ServerBinaries,
): Promise<void> {
  if ((await clusterVersion(place)) === null) await createCluster(place, binaries);
  const version = await clusterVersion(place);
  if (version === null) throw foreignFolderError(place);
  if (version !== binaries.majorVersion) throw otherVersionError(place, version, binaries);
  if (place.homeFolder !== place.dataFolder) await writeMarker(place);
}

/** Major version of the data directory, from its file PG_VERSION: 18. null when there is none. */
async function clusterVersion(place: ServerPlace): Promise<number | null> {
  const file = join(place.clusterFolder, 'PG_VERSION');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw folderError(place.clusterFolder, error);
  });
  return text === null ? null : Number(text);
}

async function createCluster(place: ServerPlace, binaries: ServerBinaries): Promise<void> {
  await removeAbandonedDrafts(place);
  const draft = `${place.clusterFolder}.new-${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    await makePrivateFolder(draft, place.user);
    await runInitdb(draft, place, binaries);
    await rename(draft, place.clusterFolder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTDIR') ignoreExisting(error);
    });
    await syncFolder(place.homeFolder);
  } catch (error) {
    throw error instanceof EmbeddedPostgresError ? error : folderError(place.homeFolder, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function runInitdb(
  folder: string,
  place: ServerPlace,
  binaries: ServerBinaries,
): Promise<void> {
  const settings = Object.entries(initialSettings).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const options = { ...childOptionsOf(place.user), env: binaries.environment };
  const command = ['-D', folder, ...initdbOptions(), ...settings];
  try {
    await runFile(binaries.initdb, command, options);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'initdb-failed',
      `initdb could not make a database in ${place.homeFolder}: ${reasonOf(cause)}`,
      cause,
    );
  }
}

/**
 * The builtin collation C.UTF-8 sorts by code point and so does not change with the C library. syncfs is one call where
 * fsync is a thousand: 0.57 s instead of 0.77 s for the whole initdb.
 */
function initdbOptions(): string[] {
  const isLinux = process.platform === 'linux';
  const options = {
    username: 'patchloom',
    auth: 'trust',
    encoding: 'UTF8',
    'locale-provider': 'builtin',
    'builtin-locale': 'C.UTF-8',
    'lc-collate': 'C',
    'lc-ctype': isLinux ? 'C.UTF-8' : 'en_US.UTF-8',
    'lc-messages': 'C',
    'sync-method': isLinux ? 'syncfs' : 'fsync',
  };
  return Object.entries(options).map(([name, value]) => `--${name}=${value}`);
}

function reasonOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return String(cause);
  if ('stderr' in cause && String(cause.stderr).trim() !== '') return String(cause.stderr).trim();
  return cause instanceof Error ? cause.message : 'unknown reason';
}

/** Removes what an initdb left whose Patchloom was killed; the process id is in the name. */
async function removeAbandonedDrafts(place: ServerPlace): Promise<void> {
  const prefix = `${basename(place.clusterFolder)}.new-`;
  for (const name of await readdir(dirname(place.clusterFolder))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    if (isAlive(pid)) continue;
    await rm(join(dirname(place.clusterFolder), name), { recursive: true, force: true });
  }
}

/** Says in the data folder where the database is, and there whose it is: the operator may come from either side. */
async function writeMarker(place: ServerPlace): Promise<void> {
  const marked = await readFile(place.markerFile, 'utf8').catch(() => null);
  if (marked !== null) return;
  await writeDurably(join(place.homeFolder, 'data-folder'), `${place.dataFolder}\n`);
  await writeDurably(place.markerFile, `${place.homeFolder}\n`);
}

function foreignFolderError(place: ServerPlace): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'folder-unusable',
    `${place.clusterFolder} is in the way: it is not empty and holds no Postgres database; move it away`,
  );
}

function otherVersionError(
  place: ServerPlace,
  version: number,
  binaries: ServerBinaries,
): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'other-version',
    `${place.clusterFolder} is of PostgreSQL ${version}, this build runs ${binaries.majorVersion}: go back to the former build, or move that folder away and replay the archives`,
  );
}
