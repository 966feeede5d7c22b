import { chmod, lchown, lstat, mkdir, stat } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { ServerUser } from './server-user.ts';

/**
 * Makes a folder that only `user` may enter (0700), or takes it as it is when it is already that. Throws
 * EmbeddedPostgresError 'folder-unusable' for a symbolic link or a file (somebody may have put it there to lead us
 * elsewhere: the folder may lie in /tmp), 'not-owner' when it belongs to somebody else.
 */
export async function makePrivateFolder(folder: string, user: ServerUser): Promise<void> {
  await makeFolder(folder, 0o700);
  const found = await lstat(folder);
  if (!found.isDirectory()) {
    throw new EmbeddedPostgresError(
      'folder-unusable',
      `${folder} is no folder, and Patchloom needs one there: remove it`,
    );
  }
  if (found.uid !== user.uid) await takeOwnership(folder, found.uid, user);
  if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/** Makes a folder and those above it; translates "permission denied", "read-only" and the like for the operator. */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode });
  } catch (cause) {
    throw folderError(folder, cause);
  }
}

/** Makes a folder of ours that everybody can enter (0755), whatever the umask is; those above it must be there. */
export async function makeOpenFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder, 0o755);
    const { mode } = await stat(folder);
    if ((mode & 0o055) !== 0o055) await chmod(folder, 0o755);
  } catch (error) {
    throw error instanceof EmbeddedPostgresError ? error : folderError(folder, error);
  }
}

/** Whether `path` is a folder that the caller can see. */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The EmbeddedPostgresError 'folder-unusable' for a failed system call in `folder`. */
export function folderError(folder: string, cause: unknown): EmbeddedPostgresError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EmbeddedPostgresError(
    'folder-unusable',
    `cannot keep a database in ${folder} (${reason}): make the folder writable, set PATCHLOOM_DATA to another one, or set DATABASE_URL`,
    cause,
  );
}

async function takeOwnership(folder: string, owner: number, user: ServerUser): Promise<void> {
  const isLeftByRoot = user.isDropped && owner === 0;
  if (!isLeftByRoot) {
    throw new EmbeddedPostgresError(
      'not-owner',
      `${folder} belongs to uid ${owner}, not to ${user.name} (${user.uid}): run Patchloom as its owner or as root, or set PATCHLOOM_DATA to another folder`,
    );
  }
  try {
    await lchown(folder, user.uid, user.gid);
  } catch (cause) {
    throw folderError(folder, cause);
  }
}
