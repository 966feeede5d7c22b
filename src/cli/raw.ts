import { findRawSha256s, loadRawMessage } from '../store/raw-messages.ts';
import type { Database } from '../store/database.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { printBytes } from './output.ts';
import { withSite } from './with-site.ts';

/**
 * Prints the bytes of a message exactly as they were received: of that SHA-256 in hex, or of the message indexed under that
 * message-id. Where several contents have the id, the first one is printed, and standard error names the others.
 */
export async function printRaw(name: string): Promise<void> {
  await withSite(async ({ database }) => {
    const [sha256, ...others] = await sha256sOf(database, name);
    const message = sha256 === undefined ? null : await loadRawMessage(database, sha256);
    if (message === null) throw new CommandError(exitCode.dataError, `no message ${name} is kept`);
    for (const other of others) {
      process.stderr.write(`patchloom: other bytes under this message-id: ${other}\n`);
    }
    await printBytes(message.raw);
  });
}

async function sha256sOf(database: Database, name: string): Promise<string[]> {
  if (/^[0-9a-fA-F]{64}$/.test(name)) return [name.toLowerCase()];
  return findRawSha256s(database, name.startsWith('<') ? name : `<${name}>`);
}
