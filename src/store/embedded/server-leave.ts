import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostmaster, isPostmasterOf } from './postmaster-process.ts';
import { endPresence, releasePresence, type Presence } from './presence.ts';
import { claimRunningServer, type Joined, type JoinOptions } from './server-join.ts';

const pollMs = 10;
const stopWithinMs = 60_000;

/** A lost connection ends at once, that of a stuck server not at all. */
const lossWithinMs = 100;

type LeaveOptions = Pick<JoinOptions, 'place' | 'onLog'>;

/**
 * Gives up a claim on the server and stops the server when nobody else has one. Of several that leave at once exactly one
 * finds itself alone. A claim that was lost with its connection, as when a backend was killed and the server starts all of
 * them anew, is made again first: nobody else would stop that server. Never rejects: a server that has gone or is stuck is
 * logged and left as it is.
 */
export async function leaveServer(joined: Joined | null, options: LeaveOptions): Promise<void> {
  const deadline = Date.now() + stopWithinMs;
  try {
    let presence = joined?.presence ?? (await claimRunningServer(options.place, deadline));
    while (presence !== null && !(await hasLeft(presence, options))) {
      presence = await claimRunningServer(options.place, deadline);
    }
  } catch (error) {
    options.onLog(`left Postgres: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** False when the connection was lost before the claim was given up. Rejects when the server does not answer. */
async function hasLeft(presence: Presence, options: LeaveOptions): Promise<boolean> {
  presence.socket.ref();
  try {
    if (await releasePresence(presence)) await stopServer(options);
    return true;
  } catch (error) {
    const isLost = presence.ended.then(() => true);
    if (await Promise.race([isLost, sleep(lossWithinMs, false)])) return false;
    throw error;
  } finally {
    await endPresence(presence);
  }
}

/** Fast shutdown. Signals only a process that is this very moment the postmaster of this data directory. */
async function stopServer({ place, onLog }: LeaveOptions): Promise<void> {
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
