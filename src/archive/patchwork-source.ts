import { stat } from 'node:fs/promises';
import type { ReadSite } from '../patchwork/site-record.ts';
import { readPatchworkDump } from './patchwork-dump.ts';
import { PatchworkSourceError } from './patchwork-error.ts';
import { readPatchworkFolder } from './patchwork-folder.ts';

/**
 * Reads what a Patchwork site holds: from a folder of answers of its REST API, or from a dump of its database. Throws
 * PatchworkSourceError when that cannot be read.
 */
export async function* readPatchworkSite(path: string): AsyncGenerator<ReadSite> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      throw new PatchworkSourceError(path, null, 'cannot be read', error);
    },
  );
  yield* isFolder ? readPatchworkFolder(path) : readPatchworkDump(path);
}
