import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from './archive-error.ts';
import { countOf, textOf } from './archive-part.ts';
import type { ArchiveMark, ArchivePart, PartRecord, ReadOptions } from './archive-part.ts';

interface MaildirFile {
  /** "cur" or "new". */
  readonly folder: string;
  /** "1700000000.M1P2.host:2,S" */
  readonly name: string;
  /** Stays when flags change and when the message moves from new to cur: "1700000000.M1P2.host" */
  readonly key: string;
}

/**
 * A Maildir as a part of an archive: the regular files of cur and new in the order of their names, flags left out. It
 * goes on after a mark where the same messages stand before that place as then.
 * Source: D. J. Bernstein, "Using maildir format".
 */
export function maildirPart(
  maildir: Pick<ArchivePart, 'path' | 'name' | 'identity'>,
  { maxMessageBytes }: ReadOptions,
): ArchivePart {
  return {
    ...maildir,
    async read(mark) {
      const files = await maildirFiles(maildir.path);
      const doneCount = countBefore(mark, files);
      const state = { readCount: doneCount ?? 0 };
      return {
        isResumed: doneCount !== null,
        records: records(maildir, files, maxMessageBytes, state),
        shareRead: () => (files.length === 0 ? null : state.readCount / files.length),
      };
    },
  };
}

async function* records(
  { path, name }: Pick<ArchivePart, 'path' | 'name'>,
  files: readonly MaildirFile[],
  maxMessageBytes: number,
  state: { readCount: number },
): AsyncGenerator<PartRecord> {
  let keysSha256 = noKeysSha256;
  for (const [index, file] of files.entries()) {
    const sha256 = withKey(keysSha256, file.key);
    keysSha256 = sha256;
    if (index < state.readCount) continue;
    const found = await readMessage(path, file, maxMessageBytes);
    state.readCount = index + 1;
    if (found === 'gone') continue;
    const mark = (): ArchiveMark => ({
      format: 'maildir',
      messageCount: index + 1,
      keysSha256: sha256,
    });
    yield { raw: found, origin: name, position: index, mark };
  }
}

const noKeysSha256 = '';

function withKey(keysSha256: string, key: string): string {
  return createHash('sha256').update(`${keysSha256}\n${key}`).digest('hex');
}

/** How many of the files were read when the mark was made; null where others stand there. */
function countBefore(mark: ArchiveMark | null, files: readonly MaildirFile[]): number | null {
  const messageCount = countOf(mark?.['messageCount']);
  if (mark?.format !== 'maildir' || messageCount === null) return null;
  const keysSha256 = files
    .slice(0, messageCount)
    .reduce((before, { key }) => withKey(before, key), noKeysSha256);
  return keysSha256 === textOf(mark['keysSha256']) ? messageCount : null;
}

async function maildirFiles(path: string): Promise<MaildirFile[]> {
  const folders = await Promise.all(['cur', 'new'].map(async (name) => filesIn(path, name)));
  return folders.flat().toSorted((a, b) => order(a.key, b.key) || order(a.folder, b.folder));
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function filesIn(path: string, folder: string): Promise<MaildirFile[]> {
  const found = await readdir(join(path, folder), { withFileTypes: true }).catch(unreadable(path));
  return found
    .filter((file) => file.isFile() && !file.name.startsWith('.'))
    .map(({ name }) => ({ folder, name, key: name.split(':', 1)[0] ?? name }));
}

function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    throw new ArchiveError('unreadable', { path, offset: 0 }, 'cannot be read', error);
  };
}

/** The bytes of a message; null when they are too many, "gone" when it was deleted since the folder was listed. */
async function readMessage(
  path: string,
  file: MaildirFile,
  maxMessageBytes: number,
): Promise<Buffer | null | 'gone'> {
  const handle = (await opened(path, file)) ?? (await openedAfterMove(path, file));
  if (handle === null) return 'gone';
  try {
    const { size } = await handle.stat();
    return size > maxMessageBytes ? null : await handle.readFile();
  } catch (error) {
    return unreadable(join(path, file.folder, file.name))(error);
  } finally {
    await handle.close();
  }
}

/** A mail reader moves a message from new to cur, and renames it when its flags change. */
async function openedAfterMove(path: string, { key }: MaildirFile): Promise<FileHandle | null> {
  const moved = (await maildirFiles(path)).find((file) => file.key === key);
  return moved === undefined ? null : opened(path, moved);
}

/** null when there is no such file; a symlink that took its place is not followed. */
async function opened(path: string, { folder, name }: MaildirFile): Promise<FileHandle | null> {
  const file = join(path, folder, name);
  try {
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    return unreadable(file)(error);
  }
}
