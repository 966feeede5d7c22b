import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isFolder, makeOpenFolder } from './private-folder.ts';

/** A library file in lib/ and another name by which the binaries ask for it: libicuuc.so.60.2, libicuuc.so.60. */
interface LibraryLink {
  readonly file: string;
  readonly name: string;
}

/**
 * Makes `linkFolder` with a symbolic link for each library that the Postgres binaries ask for by another name than its
 * file's: npm packs no symbolic links, and the package's install script that would make them may not be allowed to run.
 * Does nothing when the folder is there. It appears whole, by a rename, so that processes may do this at once.
 */
export async function linkLibraries(nativeFolder: string, linkFolder: string): Promise<void> {
  if (await isFolder(linkFolder)) return;
  const draft = `${linkFolder}.${randomBytes(6).toString('hex')}`;
  await makeOpenFolder(draft);
  try {
    for (const { file, name } of await readLibraryLinks(nativeFolder)) {
      await symlink(join(nativeFolder, 'lib', file), join(draft, name));
    }
    await rename(draft, linkFolder).catch(ignoreExisting);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Makes the same links beside the libraries, in a copy of the package that is our own. */
export async function linkLibrariesInPlace(nativeFolder: string): Promise<void> {
  for (const { file, name } of await readLibraryLinks(nativeFolder)) {
    await symlink(file, join(nativeFolder, 'lib', name)).catch(ignoreExisting);
  }
}

/** Swallows the refusal to replace something that is already there. */
export function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
}

async function readLibraryLinks(nativeFolder: string): Promise<LibraryLink[]> {
  const text = await readFile(join(nativeFolder, 'pg-symlinks.json'), 'utf8');
  const links: unknown = JSON.parse(text);
  if (!Array.isArray(links) || !links.every(isPathPair)) {
    throw new Error(`${nativeFolder}/pg-symlinks.json is no list of source and target`);
  }
  return links.map(({ source, target }) => ({ file: basename(source), name: basename(target) }));
}

function isPathPair(link: unknown): link is { readonly source: string; readonly target: string } {
  if (typeof link !== 'object' || link === null) return false;
  if (!('source' in link) || !('target' in link)) return false;
  return typeof link.source === 'string' && typeof link.target === 'string';
}
