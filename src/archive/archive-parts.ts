import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ArchiveError } from './archive-error.ts';
import { archiveFormat } from './archive-format.ts';
import type { ArchivePart, ReadOptions } from './archive-part.ts';
import { maildirPart } from './maildir-part.ts';
import { mboxPart } from './mbox-part.ts';
import { publicInboxPart } from './public-inbox-part.ts';
import { readMbox } from './read-mbox.ts';

/** What a path holds. */
export interface ArchiveParts {
  /** In the order in which they are to be read. */
  readonly parts: readonly ArchivePart[];
  /** Files in folders that are no archive. */
  readonly skippedPaths: readonly string[];
}

/** A folder with more files that are no archives than this is named by mistake. */
const maxSkippedPaths = 1_000;

type Place = Pick<ArchivePart, 'path' | 'name'>;

/**
 * The archive at a path, "-" for standard input, or all archives in and below a folder, by name. In folders, symlinks,
 * what is hidden, empty files and other file systems are passed over, and files that are no mbox. Throws ArchiveError
 * where there is nothing at all to read.
 */
export async function archiveParts(path: string, options: ReadOptions): Promise<ArchiveParts> {
  if (path === '-') return { parts: [standardInput(options)], skippedPaths: [] };
  const top = { path, name: basename(await realPath(path)) };
  const parts: ArchivePart[] = [];
  const skippedPaths: string[] = [];
  const open: Place[] = [top];
  const { dev: device } = await stat(path);
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const format = await archiveFormat(place.path);
    if (format.kind === 'mbox') {
      if (place === top || (await isMbox(place.path))) parts.push(await mboxFile(place, options));
      else refuseTooMany(path, skippedPaths.push(place.path));
      continue;
    }
    const own = { ...place, identity: await realPath(place.path) };
    if (format.kind === 'public-inbox') {
      parts.push(publicInboxPart(own, format.repositories, options));
      continue;
    }
    if (format.kind === 'maildir') parts.push(maildirPart(own, options));
    open.push(...(await placesIn(place, format.kind, device)).toReversed());
  }
  if (parts.length > 0) return { parts, skippedPaths };
  const advice =
    'neither an mbox file, a Maildir (cur/, new/), a public-inbox git repository, nor a folder with such';
  throw new ArchiveError('unknown-format', { path, offset: 0 }, advice);
}

function standardInput(options: ReadOptions): ArchivePart {
  const path = 'standard input';
  return mboxPart({ path, name: '-', identity: null, file: '-', byteCount: null }, options);
}

/** Where reading can go on after a stop only regular files are: a pipe is read once. */
async function mboxFile(place: Place, options: ReadOptions): Promise<ArchivePart> {
  const found = await stat(place.path);
  const isRegular = found.isFile();
  return mboxPart(
    {
      ...place,
      identity: isRegular ? await realPath(place.path) : null,
      file: place.path,
      byteCount: isRegular ? found.size : null,
    },
    options,
  );
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw new ArchiveError('unreadable', { path, offset: 0 }, 'cannot be opened', error);
  }
}

/** What in a folder may be or hold an archive, by name. Folders of a Maildir that begin with a dot are Maildirs too. */
async function placesIn(
  { path, name }: Place,
  kind: 'maildir' | 'folder',
  device: number,
): Promise<Place[]> {
  const names = await readdir(path).catch((error: unknown) => {
    throw new ArchiveError('unreadable', { path, offset: 0 }, 'cannot be read', error);
  });
  const places: Place[] = [];
  for (const one of names.toSorted()) {
    if (one.startsWith('.') !== (kind === 'maildir')) continue;
    const place = { path: join(path, one), name: `${name}/${one}` };
    const found = await lstat(place.path);
    if (found.dev !== device) continue;
    const isFile = found.isFile() && found.size > 0;
    if (kind === 'folder' && (isFile || found.isDirectory())) places.push(place);
    if (kind === 'maildir' && found.isDirectory() && (await isMaildir(place))) places.push(place);
  }
  return places;
}

async function isMaildir({ path }: Place): Promise<boolean> {
  return (await archiveFormat(path)).kind === 'maildir';
}

/** Whether a file in a folder is an mbox, by its first message; one that cannot be read counts, so that it is told. */
async function isMbox(path: string): Promise<boolean> {
  try {
    for await (const record of readMbox(path, { maxMessageBytes: 1 })) {
      void record;
      break;
    }
    return true;
  } catch (error) {
    return !(error instanceof ArchiveError && error.reason === 'unknown-format');
  }
}

function refuseTooMany(path: string, skippedCount: number): void {
  if (skippedCount <= maxSkippedPaths) return;
  const advice = `more than ${maxSkippedPaths} files below it are no archives: name a folder of archives alone`;
  throw new ArchiveError('unknown-format', { path, offset: 0 }, advice);
}
