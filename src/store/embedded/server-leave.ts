import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostmaster, isPostmasterOf } from './postmaster-process.ts';
import { endPresence, releasePresence } from './presence.ts';
import type { Joined, JoinOptions } from './server-join.ts';

const pollMs = 10;
const stopWithinMs = 60_000;

/**
 * Gives up a claim on the server and stops the server when nobody else has one. Of several that leave at once exactly one
 * finds itself alone. Never rejects: a server that is lost or stuck is logged and left as it is.
 */
export async function leaveServer(
  { presence }: Joined,
  options: Pick<JoinOptions, 'place' | 'onLog'>,
): Promise<void> {
  presence.socket.ref();
  try {
    if (await releasePresence(presence)) await stopServer(options);
  } catch (error) {
    options.onLog(`left Postgres: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await endPresence(presence);
  }
}

/** Fast shutdown. Signals only a process that is this very moment the postmaster of this data directory. */
async function stopServer({ place, onLog }: Pick<JoinOptions, 'place' | 'onLog'>): Promise<void> {
  const postmaster = await findPostmaster(place.clusterFolder);
  if (postmaster === null) {
    onLog(`left Postgres running: its process cannot be seen from here`);
    return;
  }
  const { pid } = postmaster;
  const deadline = Date.now() + stopWithinMs;
  process.kill(pid, 'SIGINT');
  while (await isPostmasterOf(pid, place.clusterFolder)) {
    if (Date.now() > deadline) {
      onLog(`Postgres ${pid} is still stopping after ${stopWithinMs / 1000} s: left to itself`);
      return;
    }
    await sleep(pollMs);
  }
  onLog(`stopped Postgres ${pid}`);
  const isInHome = place.socketFolder.startsWith(join(place.homeFolder, '/'));
  if (!isInHome) await rmdir(place.socketFolder).catch(() => {});
}
