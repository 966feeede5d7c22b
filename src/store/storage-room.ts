import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** There is no room to take mail into custody; it comes back by itself once there is. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

/** Rejects with StorageFullError while there is no room for another message. */
export type RequireRoom = () => Promise<void>;

/** Room on a disk, in octets. */
export interface StorageRoom {
  /** For an ordinary user. */
  readonly freeBytes: number;
  /** With less, mail is refused. */
  readonly neededBytes: number;
}

/** Room where a folder lies; one that is still to be made counts as the one above it. */
export async function storageRoom(folder: string, neededBytes: number): Promise<StorageRoom> {
  const { bavail, bsize } = await statfs(folder).catch(async () => statfs(dirname(folder)));
  return { freeBytes: bavail * bsize, neededBytes };
}

/**
 * A check that the file system of a folder has `minFreeBytes` free for an ordinary user: a Postgres that cannot write its
 * log stops altogether, so mail is refused while there is still room to work in.
 */
export function roomIn(folder: string, minFreeBytes: number): RequireRoom {
  return async () => {
    const { freeBytes, neededBytes } = await storageRoom(folder, minFreeBytes);
    if (freeBytes >= neededBytes) return;
    throw new StorageFullError(
      `${freeBytes} octets are free where ${folder} lies, ${neededBytes} are needed: make room there`,
    );
  };
}
