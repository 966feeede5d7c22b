import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A new folder that everybody may enter: the Postgres of a test run by root is another user's, and must reach its data. */
export async function makeTestFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'patchloom-test-')));
  await chmod(folder, 0o755);
  return folder;
}

/** A test folder that is removed when the test ends. */
export async function folderOf(context: TestContext): Promise<string> {
  const folder = await makeTestFolder();
  context.after(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}
