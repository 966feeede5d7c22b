import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { commandCpuMs, isInstalled } from './command-cpu.ts';
import type { ReadMessages } from './yardsticks.ts';

/** Parses each message as `mailbox` does, with policy compat32, and decodes the bytes of each part. */
const program = `
import mailbox, sys
for message in mailbox.mbox(sys.argv[1], create=False):
    message.items()
    for part in message.walk():
        if not part.is_multipart():
            part.get_payload(decode=True)
`;

/** CPU in milliseconds of Python's own parser over an mbox; null without python3. */
export async function pythonParseCpuMs(read: ReadMessages, folder: string): Promise<number | null> {
  if (!isInstalled('python3')) return null;
  // What is called python3 may be a script that looks for it.
  const found = spawnSync('python3', ['-c', 'import sys; print(sys.executable)']);
  const path = join(folder, 'all.mbox');
  await pipeline(Readable.from(mboxChunks(read)), createWriteStream(path));
  const words = ['-c', program, path];
  return commandCpuMs(found.stdout.toString().trim(), words, { cwd: folder, input: null });
}

async function* mboxChunks(read: ReadMessages): AsyncGenerator<Buffer> {
  for await (const raw of read()) yield mboxEntry(raw);
}

/** A message as it stands in an mbox of the kind that quotes every "From " (mboxrd). */
export function mboxEntry(raw: Buffer): Buffer {
  const quoted = raw.toString('latin1').replace(/^(>*From )/gm, '>$1');
  const end = quoted.endsWith('\n') ? '\n' : '\n\n';
  return Buffer.from(`From mboxrd@z Thu Jan  1 00:00:00 1970\n${quoted}${end}`, 'latin1');
}
