import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** There is no room to take mail into custody; it comes back by itself once there is. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

/** Rejects with StorageFullError while there is no room for another message. */
export type RequireRoom = () => Promise<void>;

/**
 * A check that the file system of a folder has `minFreeBytes` free for an ordinary user: a Postgres that cannot write its
 * log stops altogether, so mail is refused while there is still room to work in. A folder that is still to be made counts
 * as the one above it.
 */
export function roomIn(folder: string, minFreeBytes: number): RequireRoom {
  return async () => {
    const { bavail, bsize } = await statfs(folder).catch(async () => statfs(dirname(folder)));
    const freeBytes = bavail * bsize;
    if (freeBytes >= minFreeBytes) return;
    throw new StorageFullError(
      `${freeBytes} octets are free where ${folder} lies, ${minFreeBytes} are needed: make room there`,
    );
  };
}
