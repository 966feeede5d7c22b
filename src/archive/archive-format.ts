import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from './archive-error.ts';

/** How an archive keeps its messages. An mbox may be compressed and is checked when it is read. */
export type ArchiveFormat = 'mbox' | 'maildir' | 'public-inbox';

/**
 * Format of the archive at a path: a file, a pipe or "-" (standard input) is an mbox; a folder with cur/ and new/ is a
 * Maildir; a folder that is a bare git repository, or holds git/0.git or all.git, is a public-inbox (versions 1 and 2).
 * Throws ArchiveError for a path that does not exist and for any other folder.
 */
export async function archiveFormat(path: string): Promise<ArchiveFormat> {
  if (path === '-') return 'mbox';
  if (!(await isFolder(path))) return 'mbox';
  if (await holds(path, 'cur', 'new')) return 'maildir';
  const gitForms = [['HEAD', 'objects'], ['.git'], ['all.git'], ['git/0.git']];
  for (const names of gitForms) {
    if (await holds(path, ...names)) return 'public-inbox';
  }
  throw new ArchiveError(
    'unknown-format',
    { path, offset: 0 },
    'neither an mbox file, a Maildir (cur/, new/) nor a public-inbox git repository',
  );
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
    names.map((name) =>
      access(join(folder, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}
