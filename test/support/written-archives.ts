import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mboxText } from './mbox-text.ts';
import { adding, contentName, git, writeInboxV1, writeInboxV2 } from './written-inbox.ts';

/** A form in which messages are kept, and what writes them so. */
export interface WrittenForm {
  readonly name: string;
  /** Reason to skip it on this machine; false where its tools are there. */
  readonly skip: string | false;
  /** Writes messages below a path that does not exist; the path of the archive. */
  readonly write: (path: string, raws: readonly Buffer[]) => string;
}

/** Whether a command is installed. */
export function hasCommand(command: string): boolean {
  return spawnSync(command, ['--version']).error === undefined;
}

/** Content packed by a command of the machine: gzip, bzip2, xz, zstd. */
export function packedBy(command: string, content: Buffer): Buffer {
  return spawnSync(command, ['-c'], { input: content, maxBuffer: 1e9 }).stdout;
}

/** Reason to skip a test that needs a command; false where it is there. */
export function commandSkip(command: string): string | false {
  return hasCommand(command) ? false : `no ${command} command here`;
}

const packers = { gz: 'gzip', bz2: 'bzip2', xz: 'xz', zst: 'zstd' } as const;

/** All forms that are read. The mail of a public-inbox of version 2 is in two epochs. */
export const writtenForms: readonly WrittenForm[] = [
  {
    name: 'mbox',
    skip: false,
    write: (path, raws) => writtenFile(`${path}.mbox`, mboxText(raws)),
  },
  ...Object.entries(packers).map(([suffix, command]) => ({
    name: `mbox.${suffix}`,
    skip: commandSkip(command),
    write: (path: string, raws: readonly Buffer[]) =>
      writtenFile(`${path}.mbox.${suffix}`, packedBy(command, mboxText(raws))),
  })),
  { name: 'Maildir', skip: false, write: writtenMaildir },
  { name: 'public-inbox v1', skip: commandSkip('git'), write: writtenInboxV1 },
  { name: 'public-inbox v2', skip: commandSkip('git'), write: writtenInboxV2 },
  {
    name: 'clone of a public-inbox',
    skip: commandSkip('git'),
    write(path, raws) {
      const bare = writtenInboxV1(`${path}-bare`, raws);
      git(null, ['clone', '--quiet', '--no-checkout', bare, path]);
      return path;
    },
  },
];

/** A file with its folders. */
export function writtenFile(path: string, content: Buffer): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The first half in cur, with flags, the rest in new. */
export function writtenMaildir(path: string, raws: readonly Buffer[]): string {
  for (const folder of ['cur', 'new', 'tmp']) mkdirSync(join(path, folder), { recursive: true });
  for (const [index, raw] of raws.entries()) {
    const key = `${1_700_000_000 + index}.${contentName(raw).slice(3)}.example`;
    const isRead = index < raws.length / 2;
    writeFileSync(isRead ? join(path, 'cur', `${key}:2,S`) : join(path, 'new', key), raw);
  }
  return path;
}

/** Copies stand at a path of their own. */
function writtenInboxV1(path: string, raws: readonly Buffer[]): string {
  let count = 0;
  const nameOf = (): string => contentName(Buffer.from(String((count += 1))));
  writeInboxV1(path, adding(raws), nameOf);
  return path;
}

function writtenInboxV2(path: string, raws: readonly Buffer[]): string {
  const half = Math.ceil(raws.length / 2);
  mkdirSync(join(path, 'git'), { recursive: true });
  writeInboxV2(join(path, 'git', '0.git'), adding(raws.slice(0, half)));
  writeInboxV2(join(path, 'git', '1.git'), adding(raws.slice(half)));
  return path;
}
