import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { commandCpuMs, isInstalled } from './command-cpu.ts';
import type { ReadMessages } from './yardsticks.ts';

/** CPU in milliseconds that git takes to store the messages, one commit each, as a public-inbox has them; null without git. */
export async function gitImportCpuMs(read: ReadMessages, folder: string): Promise<number | null> {
  if (!isInstalled('git')) return null;
  const input = join(folder, 'stream');
  const repository = join(folder, 'all.git');
  await pipeline(Readable.from(importChunks(read)), createWriteStream(input));
  spawnSync('git', ['init', '--quiet', '--bare', repository]);
  return commandCpuMs('git', ['fast-import', '--quiet'], { cwd: repository, input });
}

/** Source: git-fast-import(1); public-inbox-v2-format(5): each commit has the message as the file "m". */
async function* importChunks(read: ReadMessages): AsyncGenerator<Buffer> {
  let second = 1_700_000_000;
  for await (const raw of read()) {
    second += 1;
    const person = `Bench <bench@brook.example> ${second} +0000`;
    const head = [
      'commit refs/heads/master',
      `author ${person}`,
      `committer ${person}`,
      'data 7\nmessage',
      'M 100644 inline m',
      `data ${raw.length}\n`,
    ].join('\n');
    yield Buffer.concat([Buffer.from(head), raw, Buffer.from('\n')]);
  }
}
