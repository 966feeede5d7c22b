import type { Queryable } from './database.ts';

/** The database would acknowledge mail that a power cut takes away; `message` names the settings and what to do. */
export class DurabilityError extends Error {
  override readonly name = 'DurabilityError';
}

interface DurabilitySettings {
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
}

/**
 * Throws DurabilityError unless a COMMIT in this session is on disk before it returns. What the session was asked for is
 * not trusted: options in DATABASE_URL and connection poolers overrule it.
 * Source: PostgreSQL documentation, "Write Ahead Log" settings.
 */
export async function requireDurability(queryable: Queryable): Promise<void> {
  const { rows } = await queryable.query<DurabilitySettings>(
    `SELECT current_setting('fsync') AS fsync,
            current_setting('full_page_writes') AS "fullPageWrites",
            current_setting('synchronous_commit') AS "synchronousCommit"`,
  );
  const faults = rows.flatMap(durabilityFaults);
  if (faults.length > 0) {
    throw new DurabilityError(`acknowledged mail would not be safe: ${faults.join('; ')}`);
  }
}

/** "local" and "remote_write" do less for a standby than the default "on" promises. */
const safeSynchronousCommits: ReadonlySet<string> = new Set(['on', 'remote_apply']);

/** What is wrong with the settings of a session, one sentence with its remedy each; [] when nothing is. */
export function durabilityFaults(settings: DurabilitySettings): string[] {
  const faults: string[] = [];
  if (settings.fsync !== 'on') faults.push(serverFault('fsync'));
  if (settings.fullPageWrites !== 'on') faults.push(serverFault('full_page_writes'));
  if (!safeSynchronousCommits.has(settings.synchronousCommit)) {
    faults.push(
      `synchronous_commit is ${settings.synchronousCommit} in our sessions, although they ask for on: take it out of the options in DATABASE_URL and of the connection pooler`,
    );
  }
  return faults;
}

function serverFault(setting: string): string {
  return `${setting} is off on the server: say ALTER SYSTEM SET ${setting} = on and SELECT pg_reload_conf(), or set it in postgresql.conf`;
}
