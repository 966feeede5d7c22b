import { judged } from '../../finding.ts';
import type { Finding } from '../../finding.ts';
import type { Database } from '../database.ts';
import { schemaOfThisBuild, schemaVersion } from '../migrate.ts';
import { countOutcomes } from '../deliveries.ts';

/** The sweeper brings back what was forgotten within 20 s. */
const lateSeconds = 60;
const stuckSeconds = 600;

/** What is to be said of the schema, and of mail that is not where it should be. */
export async function custodyFindings(database: Database): Promise<Finding[]> {
  const current = await schemaVersion(database);
  const schema = schemaFinding(current, await schemaOfThisBuild());
  if (current === 0) return [schema];
  const { unrouted, dead } = await countOutcomes(database, null);
  const waiting = await oldestWaitingSeconds(database);
  return [schema, unroutedFinding(unrouted), deadFinding(dead), waitingFinding(waiting)];
}

function schemaFinding(current: number, own: number): Finding {
  const found = current === 0 ? 'none yet' : `${current}`;
  if (current > own) {
    const remedy = `deploy the newer build first: this one knows ${own}`;
    return judged('schema', found, 'fail', remedy);
  }
  const remedy = current < own ? `patchloom migrate brings it to ${own}; so does any start` : null;
  return judged('schema', found, 'warn', remedy);
}

function unroutedFinding(count: number): Finding {
  const remedy = count === 0 ? null : 'patchloom list unrouted; patchloom list add LIST-ID';
  return judged('unrouted messages', `${count}`, 'warn', remedy);
}

function deadFinding(count: number): Finding {
  const remedy = count === 0 ? null : 'patchloom dead ls; dead retry once the cause is gone';
  return judged('dead letters', `${count}`, 'warn', remedy);
}

function waitingFinding(seconds: number | null): Finding {
  const found = seconds === null ? 'none' : `for ${Math.round(seconds)} s`;
  const isLate = seconds !== null && seconds > lateSeconds;
  const isStuck = seconds !== null && seconds > stuckSeconds;
  const remedy = isLate
    ? 'start patchloom serve or patchloom worker, and look at its log: see "When nothing is indexed" in docs/operations.md'
    : null;
  return judged('oldest waiting message', found, isStuck ? 'fail' : 'warn', remedy);
}

async function oldestWaitingSeconds(database: Database): Promise<number | null> {
  const { rows } = await database.query(
    `SELECT extract(epoch FROM now() - min(received_at))::float AS seconds
     FROM patchloom.delivery WHERE outcome IS NULL`,
  );
  return rows[0].seconds;
}
