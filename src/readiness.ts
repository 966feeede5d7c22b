import { onObservation } from './ingest/observations.ts';
import { cached } from './metrics/cached.ts';
import type { Site } from './site.ts';
import type { DatabaseFigures } from './store/figures.ts';
import { databaseState } from './store/write-check.ts';

/** What a process does that it must be ready for. */
export interface Duties {
  readonly takesMail: boolean;
  readonly indexes: boolean;
}

/** Why this process should get no work now, in words for the operator; [] when it is ready. */
export type Obstacles = () => Promise<readonly string[]>;

/** However many ask, the database is asked this often. */
const maxAgeMs = 1_000;

/** A load balancer asks every few seconds and waits about as long. */
const deadlineMs = 2_000;

/** A message that was refused counts for this long, unless another was taken since. */
const refusalMemoryMs = 30_000;

/**
 * Watches whether a process can do its duties: the database answers; for one that takes mail, it takes writes, has room, and
 * the last message was taken; for one that indexes, nothing has waited for longer than `maxIndexLagSeconds`.
 */
export function watchReadiness(
  site: Site,
  duties: Duties,
  readFigures: () => Promise<DatabaseFigures>,
): { readonly obstacles: Obstacles; stop(): void } {
  let refusedAtMs = -Infinity;
  const stop = onObservation(({ kind }) => {
    if (kind === 'accepted') refusedAtMs = -Infinity;
    if (kind === 'refused') refusedAtMs = performance.now();
  });
  const find = async (): Promise<string[]> => {
    const database = duties.takesMail ? site.custodyDatabase : site.database;
    const state = await databaseState(database, deadlineMs);
    const found = state === 'silent' ? ['the database does not answer'] : [];
    if (duties.takesMail) {
      if (state === 'read-only') found.push('the database is read-only');
      if (!(await hasRoom(site))) found.push('there is no room on the disk');
      if (performance.now() - refusedAtMs < refusalMemoryMs) {
        found.push('the last message could not be stored');
      }
    }
    if (duties.indexes && state !== 'silent' && (await isLate(site, readFigures))) {
      found.push(`mail has waited to be indexed for ${site.config.maxIndexLagSeconds} s`);
    }
    return found;
  };
  return { obstacles: cached(find, maxAgeMs), stop };
}

async function hasRoom({ requireRoom }: Site): Promise<boolean> {
  return requireRoom().then(
    () => true,
    () => false,
  );
}

async function isLate(
  { config }: Site,
  readFigures: () => Promise<DatabaseFigures>,
): Promise<boolean> {
  const figures = await readFigures().catch(() => null);
  return figures !== null && figures.oldestWaitingSeconds > config.maxIndexLagSeconds;
}
