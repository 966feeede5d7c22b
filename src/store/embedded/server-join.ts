import { setTimeout as sleep } from 'node:timers/promises';
import { createClusterIfMissing } from './cluster.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { findPostmaster, type Postmaster } from './postmaster-process.ts';
import { startPostmaster, type StartedPostmaster } from './postmaster-start.ts';
import { claimPresence, type Presence } from './presence.ts';
import type { ServerBinaries } from './server-binaries.ts';
import type { ServerPlace } from './server-place.ts';

/** What joining needs to know and tell. */
export interface JoinOptions {
  readonly place: ServerPlace;
  /** Called only where a server must be started. */
  readonly loadBinaries: () => Promise<ServerBinaries>;
  readonly answerWithinMs: number;
  readonly onLog: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A claim on a running server. */
export interface Joined {
  readonly presence: Presence;
  /** null when the server's process cannot be seen, as from another container. */
  readonly pid: number | null;
  readonly startedHere: boolean;
}

const pollMs = 15;
const connectWithinMs = 5000;
const maxFailedStarts = 5;

/** SQLSTATEs and system errors that waiting does not heal; all others come and go while a server starts or stops. */
const lastingErrorCodes: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  '28000',
  '28P01',
  '3D000',
]);

/**
 * Claims the server of a place, starting it where none runs, and waits while one starts, recovers or stops. Processes may
 * do this at once: the second postmaster exits by itself, and its starter joins the first. Throws EmbeddedPostgresError
 * 'no-answer', 'start-failed', 'not-owner' and those of createClusterIfMissing; rejects when `signal` is aborted.
 */
export async function joinServer(options: JoinOptions): Promise<Joined> {
  const { place, signal } = options;
  const deadline = Date.now() + options.answerWithinMs;
  const noteWait = waitNotes(options.onLog);
  let started: StartedPostmaster | null = null;
  let failedStartCount = 0;
  for (;;) {
    // One that was started here is awaited all the same: else nobody would stop it.
    if (started === null) signal.throwIfAborted();
    const running = await findPostmaster(place.clusterFolder);
    const presence = isStartingOrStopping(running) ? null : await tryClaim(place, deadline);
    if (presence !== null && !(presence instanceof Error)) {
      return await finishJoin(presence, started, options);
    }
    if (started?.hasExited() === true) {
      failedStartCount = await countFailedStart(started, failedStartCount, place);
      started = null;
      await sleep(50 * 2 ** failedStartCount);
    } else if (running === null && started === null && isNobodyThere(presence)) {
      started = await startHere(options);
    } else {
      await sleep(pollMs);
    }
    noteWait(running);
    if (Date.now() > deadline) throw noAnswerError(place, running, presence);
  }
}

/**
 * Claims the server of a place if its process is there, waiting while it starts, recovers or stops; starts none. null where
 * none runs, or none answers by `deadline` (ms since 1970). Throws EmbeddedPostgresError 'not-owner'.
 */
export async function claimRunningServer(
  place: ServerPlace,
  deadline: number,
): Promise<Presence | null> {
  while (Date.now() < deadline) {
    const running = await findPostmaster(place.clusterFolder);
    if (running === null) return null;
    const presence = isStartingOrStopping(running) ? null : await tryClaim(place, deadline);
    if (presence !== null && !(presence instanceof Error)) return presence;
    await sleep(pollMs);
  }
  return null;
}

function isStartingOrStopping(running: Postmaster | null): boolean {
  return running !== null && running.status !== 'ready';
}

/** Whether a refused connection says that no server listens; any other refusal was spoken by a server. */
function isNobodyThere(refusal: Error | null): boolean {
  if (refusal === null || !('code' in refusal)) return false;
  return refusal.code === 'ENOENT' || refusal.code === 'ECONNREFUSED';
}

/** Tells what is being waited for, once every 5 s. */
function waitNotes(onLog: (line: string) => void): (running: Postmaster | null) => void {
  let noteAt = Date.now() + 5000;
  return (running) => {
    if (Date.now() < noteAt) return;
    noteAt = Date.now() + 5000;
    const subject = running === null ? 'Postgres' : `Postgres ${running.pid} (${running.status})`;
    onLog(`waiting for ${subject} to answer`);
  };
}

async function tryClaim(place: ServerPlace, deadline: number): Promise<Presence | Error> {
  const withinMs = Math.max(1, Math.min(connectWithinMs, deadline - Date.now()));
  try {
    return await claimPresence(place.socketFolder, withinMs);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && lastingErrorCodes.has(String(error.code)))
      throw refusedError(place, error);
    return error;
  }
}

async function startHere({ place, loadBinaries, onLog }: JoinOptions): Promise<StartedPostmaster> {
  const binaries = await loadBinaries();
  await createClusterIfMissing(place, binaries);
  const started = await startPostmaster(place, binaries);
  onLog(`started Postgres ${started.pid} in ${place.clusterFolder} as ${place.user.name}`);
  return started;
}

async function finishJoin(
  presence: Presence,
  started: StartedPostmaster | null,
  { place }: JoinOptions,
): Promise<Joined> {
  const pid = (await findPostmaster(place.clusterFolder))?.pid ?? null;
  return { presence, pid, startedHere: pid !== null && pid === started?.pid };
}

/**
 * A start that found another postmaster, or children of a killed one that still hold the shared memory, is no failure;
 * it is only tried again. Throws 'start-failed' with the server's own words when it fails time and again.
 */
async function countFailedStart(
  started: StartedPostmaster,
  before: number,
  place: ServerPlace,
): Promise<number> {
  const words = await started.logSince();
  if (/lock file "[^"]*" already exists|pre-existing shared memory block/.test(words))
    return before;
  if (before + 1 < maxFailedStarts) return before + 1;
  const lines = words.trim().split('\n').slice(-6).join('\n');
  throw new EmbeddedPostgresError(
    'start-failed',
    `Postgres does not start in ${place.clusterFolder}; ${place.logFile} says:\n${lines}`,
  );
}

function noAnswerError(
  place: ServerPlace,
  running: Postmaster | null,
  refusal: Error | null,
): EmbeddedPostgresError {
  const reason = refusal?.message ?? running?.status ?? 'unknown reason';
  if (running === null) {
    return new EmbeddedPostgresError(
      'no-answer',
      `no Postgres answers in ${place.socketFolder} (${reason}): see ${place.logFile}`,
      refusal,
    );
  }
  return new EmbeddedPostgresError(
    'no-answer',
    `Postgres (process ${running.pid}) of ${place.clusterFolder} is alive but does not answer (${reason}): see ${place.logFile}; if it is stuck, stop it by "kill -INT ${running.pid}" and try again`,
    refusal,
  );
}

function refusedError(place: ServerPlace, cause: Error): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'not-owner',
    `the Postgres of ${place.dataFolder} refuses this user (${cause.message}): run Patchloom as root or as the user that started it, or set DATABASE_URL`,
    cause,
  );
}
