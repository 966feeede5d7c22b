import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { folderError, makeFolder, makeOpenFolder } from './private-folder.ts';
import { canEnter, chooseServerUser, type ServerUser } from './server-user.ts';
import { shortHash, socketFolderOf } from './socket-folder.ts';

/** Where the embedded Postgres of one data folder keeps its things, and who it runs as. */
export interface ServerPlace {
  /** The data folder, absolute and without symbolic links. */
  readonly dataFolder: string;
  /** Holds clusterFolder: the data folder, or a folder below systemFolder where the server user cannot enter that. */
  readonly homeFolder: string;
  /** The data directory of Postgres. */
  readonly clusterFolder: string;
  readonly socketFolder: string;
  readonly logFile: string;
  /** Says where homeFolder is when it is not the data folder. */
  readonly markerFile: string;
  readonly user: ServerUser;
}

/** Where root keeps what an unprivileged Postgres must reach and cannot reach in the data folder. Source: FHS 3.0, 5.8. */
export const systemFolder = '/var/lib/patchloom';

/**
 * Finds the place of a data folder's Postgres and makes the data folder. Root's data folder may lie below /root (0700),
 * where no other user can enter: then the database lies in /var/lib/patchloom/<hash>, and the file postgres-location in
 * the data folder says so. Throws EmbeddedPostgresError when the folder cannot be used, or its database has gone.
 */
export async function placeServer(dataFolder: string): Promise<ServerPlace> {
  await makeFolder(resolve(dataFolder));
  const folder = await realpath(dataFolder);
  const marked = await readMarker(markerFileOf(folder));
  const clusterFolder = join(marked ?? folder, 'postgres');
  const user = await chooseServerUser(clusterFolder, folder);
  await requireOwnership(clusterFolder, user);
  if (marked !== null) return placeIn(marked, folder, user);
  if (!user.isDropped || (await canEnter(user, folder))) return placeIn(folder, folder, user);
  if (await exists(join(clusterFolder, 'PG_VERSION'))) throw closedFolderError(folder, user);
  const homeFolder = join(systemFolder, shortHash(folder));
  await makeOpenFolder(systemFolder);
  await makeOpenFolder(homeFolder);
  return placeIn(homeFolder, folder, user);
}

function placeIn(homeFolder: string, dataFolder: string, user: ServerUser): ServerPlace {
  return {
    dataFolder,
    homeFolder,
    clusterFolder: join(homeFolder, 'postgres'),
    socketFolder: socketFolderOf(homeFolder, user.uid),
    logFile: join(dataFolder, 'postgres.log'),
    markerFile: markerFileOf(dataFolder),
    user,
  };
}

function markerFileOf(dataFolder: string): string {
  return join(dataFolder, 'postgres-location');
}

/** Refuses a database of another user early, for Postgres and the socket would only say "permission denied". */
async function requireOwnership(clusterFolder: string, user: ServerUser): Promise<void> {
  const owner = await stat(clusterFolder).then(
    (found) => found.uid,
    () => user.uid,
  );
  if (owner === user.uid) return;
  // Root may have made the folder, still empty.
  if (user.isDropped && !(await exists(join(clusterFolder, 'PG_VERSION')))) return;
  const remedy = user.isDropped
    ? `give it over by "chown -R ${user.name} ${clusterFolder}"`
    : 'run Patchloom as that user or as root, or set PATCHLOOM_DATA to another folder';
  throw new EmbeddedPostgresError(
    'not-owner',
    `${clusterFolder} belongs to uid ${owner}, but Postgres would run as ${user.name} (${user.uid}): ${remedy}`,
  );
}

async function readMarker(markerFile: string): Promise<string | null> {
  const marked = await readFile(markerFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw folderError(markerFile, error);
  });
  if (marked === null) return null;
  const homeFolder = marked.trim();
  const isOurs =
    dirname(homeFolder) === systemFolder && /^[0-9a-f]{16}$/.test(basename(homeFolder));
  if (!isOurs || !(await exists(join(homeFolder, 'postgres'))))
    throw goneError(markerFile, homeFolder);
  return homeFolder;
}

/** True also for what the caller may not see: only "no such file" is no. */
async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
}

function goneError(markerFile: string, homeFolder: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'data-missing',
    `${markerFile} says that the database lies in ${homeFolder}, but none is there: restore that folder, or remove the file to begin with an empty database`,
  );
}

function closedFolderError(folder: string, user: ServerUser): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'folder-unusable',
    `${folder} holds a database, but its user ${user.name} can no longer enter the folder: give others the right to pass through (chmod o+x on it and the folders above)`,
  );
}
