import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, cp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ignoreExisting, linkLibrariesInPlace } from './library-links.ts';
import type { PlatformPackage } from './platform-package.ts';
import { isFolder, makeOpenFolder } from './private-folder.ts';
import { shortHash } from './socket-folder.ts';

const runFile = promisify(execFile);

/**
 * Copies the Postgres package (60 MB) once to "<parentFolder>/postgres-18.4.0-beta.17-<hash>", readable for everybody, and
 * returns that folder. The hash is of the binaries' names and sizes. The copy appears whole and on disk, by a rename:
 * a power cut leaves no half copy, and processes may copy at once.
 */
export async function copyPackage(
  { nativeFolder, version }: PlatformPackage,
  parentFolder: string,
): Promise<string> {
  const folder = join(parentFolder, `postgres-${version}-${await sizesHash(nativeFolder)}`);
  if (await isFolder(folder)) return folder;
  await makeOpenFolder(parentFolder);
  const draft = `${folder}.${randomBytes(6).toString('hex')}`;
  try {
    await cp(nativeFolder, draft, { recursive: true, verbatimSymlinks: true });
    await linkLibrariesInPlace(draft);
    await makeReadable(draft);
    await syncFileSystem(draft);
    await rename(draft, folder).catch(ignoreExisting);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

async function sizesHash(nativeFolder: string): Promise<string> {
  const sizes: string[] = [];
  for (const part of ['bin', 'lib']) {
    const files = await readdir(join(nativeFolder, part), { withFileTypes: true });
    for (const { name } of files.filter((file) => file.isFile())) {
      sizes.push(`${part}/${name} ${(await stat(join(nativeFolder, part, name))).size}`);
    }
  }
  return shortHash(sizes.toSorted().join('\n'));
}

/** Gives everybody the right to read, for the source may have been unpacked under umask 077. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isProgram = entry.isDirectory() || entry.parentPath.endsWith('/bin');
    if (!entry.isSymbolicLink()) await chmod(path, isProgram ? 0o755 : 0o644);
  }
}

/** Syncs the file system of `folder` at one go; where sync(1) knows no -f, all of them. A thousand fsync calls take longer. */
async function syncFileSystem(folder: string): Promise<void> {
  await runFile('sync', ['-f', folder]).catch(() => runFile('sync'));
}
