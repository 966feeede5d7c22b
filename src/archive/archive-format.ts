import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from './archive-error.ts';

/** A git repository of a public-inbox: the one of version 1, or an epoch of version 2. */
export interface InboxRepository {
  /** "1.git"; empty where the archive is the repository itself. */
  readonly name: string;
  /** Its git directory. */
  readonly gitFolder: string;
}

/** How an archive keeps its messages. An mbox may be compressed and is checked when it is read. */
export type ArchiveFormat =
  | { readonly kind: 'mbox' | 'maildir' | 'folder' }
  | { readonly kind: 'public-inbox'; readonly repositories: readonly InboxRepository[] };

/**
 * Format of the archive at a path: what is no folder is an mbox; a folder with cur/ and new/ is a Maildir; one that is a
 * git repository, bare or not, or has the epochs 0.git, 1.git, … in it or in git/, is a public-inbox; any other folder may
 * hold archives. Throws ArchiveError for a path that does not exist.
 */
export async function archiveFormat(path: string): Promise<ArchiveFormat> {
  if (!(await isFolder(path))) return { kind: 'mbox' };
  if (await holds(path, 'cur', 'new')) return { kind: 'maildir' };
  const repositories = await inboxRepositories(path);
  return repositories.length > 0 ? { kind: 'public-inbox', repositories } : { kind: 'folder' };
}

async function inboxRepositories(path: string): Promise<InboxRepository[]> {
  const own = await gitFolderOf(path);
  if (own !== null) return [{ name: '', gitFolder: own }];
  const below = await epochsIn(join(path, 'git'));
  return below.length > 0 ? below : epochsIn(path);
}

/** Epochs in the order of their numbers. */
async function epochsIn(folder: string): Promise<InboxRepository[]> {
  const names = await readdir(folder).catch(() => []);
  const epochs = names
    .filter((name) => /^[0-9]{1,9}(?:\.git)?$/.test(name))
    .toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  const found: InboxRepository[] = [];
  for (const name of epochs) {
    const gitFolder = await gitFolderOf(join(folder, name));
    if (gitFolder !== null) found.push({ name, gitFolder });
  }
  return found;
}

async function gitFolderOf(path: string): Promise<string | null> {
  if (await holds(path, 'HEAD', 'objects', 'refs')) return path;
  return (await holds(path, '.git')) ? join(path, '.git') : null;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new ArchiveError('unreadable', { path, offset: 0 }, 'cannot be opened', error);
  }
}

async function holds(folder: string, ...names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    names.map(async (name) =>
      lstat(join(folder, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}
