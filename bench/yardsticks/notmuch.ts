import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandCpuMs, isInstalled } from './command-cpu.ts';
import type { ReadMessages } from './yardsticks.ts';

/** CPU in milliseconds of notmuch's first indexing of a Maildir; null without notmuch. */
export async function notmuchCpuMs(read: ReadMessages, folder: string): Promise<number | null> {
  if (!isInstalled('notmuch')) return null;
  const maildir = join(folder, 'mail');
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, name), { recursive: true });
  let count = 0;
  for await (const raw of read()) {
    writeFileSync(join(maildir, 'cur', `${count}.bench:2,S`), raw);
    count += 1;
  }
  const config = join(folder, 'config');
  const sections = [`[database]\npath=${maildir}`, '[user]\nname=bench', '[new]\ntags=new'];
  writeFileSync(config, `${sections.join('\n')}\n`);
  const environment = { NOTMUCH_CONFIG: config, HOME: folder };
  return commandCpuMs('notmuch', ['new', '--no-hooks', '--quiet'], {
    cwd: folder,
    input: null,
    environment,
  });
}
