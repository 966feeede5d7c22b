import { judged } from '../../finding.ts';
import type { Finding } from '../../finding.ts';
import type { Queryable } from '../database.ts';
import { durabilityFaults } from '../durability.ts';

/** The oldest that this build is tested with, and the oldest with all that it uses. */
const testedVersion = 15;
const oldestVersion = 14;

/** With fewer, a second process (a worker, a command) may find none left. */
const fewConnections = 20;

interface ServerSettings {
  readonly version: number;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
  readonly encoding: string;
  readonly timeZone: string;
  readonly autovacuum: string;
  readonly isReadOnly: boolean;
  readonly freeConnections: number;
}

/** What is to be said of the server and of what it makes of our sessions. */
export async function serverFindings(queryable: Queryable): Promise<Finding[]> {
  const { rows } = await queryable.query<ServerSettings>(selectSettings);
  return rows.flatMap((settings) => [
    versionFinding(settings.version),
    ...durabilityFindings(settings),
    writable(settings.isReadOnly),
    encoding(settings.encoding),
    timeZone(settings.timeZone),
    autovacuum(settings.autovacuum),
    connections(settings.freeConnections),
  ]);
}

const selectSettings = `
  SELECT current_setting('server_version_num')::int / 10000 AS version,
    current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS "fullPageWrites",
    current_setting('synchronous_commit') AS "synchronousCommit",
    current_setting('server_encoding') AS encoding,
    current_setting('TimeZone') AS "timeZone",
    current_setting('autovacuum') AS autovacuum,
    current_setting('transaction_read_only') = 'on' AS "isReadOnly",
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS "freeConnections"`;

function versionFinding(version: number): Finding {
  const remedy =
    version >= testedVersion
      ? null
      : `move to PostgreSQL ${testedVersion} or newer by pg_dump or patchloom backup`;
  return judged(
    'Postgres: version',
    `${version}`,
    version < oldestVersion ? 'fail' : 'warn',
    remedy,
  );
}

function durabilityFindings(settings: ServerSettings): Finding[] {
  const sound = { fsync: 'on', fullPageWrites: 'on', synchronousCommit: 'on' };
  const { fsync, fullPageWrites, synchronousCommit } = settings;
  const checks = [
    ['fsync', fsync, { ...sound, fsync }],
    ['full_page_writes', fullPageWrites, { ...sound, fullPageWrites }],
    ['synchronous_commit', synchronousCommit, { ...sound, synchronousCommit }],
  ] as const;
  return checks.map(([name, found, alone]) => {
    const [fault] = durabilityFaults(alone);
    return judged(`Postgres: ${name}`, found, 'fail', fault ?? null);
  });
}

function writable(isReadOnly: boolean): Finding {
  const remedy = isReadOnly
    ? 'point DATABASE_URL at the primary, or set default_transaction_read_only off: mail gets 451'
    : null;
  return judged('Postgres: takes writes', isReadOnly ? 'no' : 'yes', 'fail', remedy);
}

function encoding(found: string): Finding {
  const remedy =
    found === 'UTF8'
      ? null
      : "move to a database with UTF8 (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0): others cannot hold what mail says";
  return judged('Postgres: encoding', found, 'fail', remedy);
}

function timeZone(found: string): Finding {
  const remedy =
    found === 'UTC'
      ? null
      : 'our sessions ask for UTC: take timezone out of the options in DATABASE_URL and of the connection pooler';
  return judged('Postgres: timezone', found, 'fail', remedy);
}

function autovacuum(found: string): Finding {
  const remedy =
    found === 'on'
      ? null
      : 'say ALTER SYSTEM SET autovacuum = on and SELECT pg_reload_conf(): without it the database grows and slows down';
  return judged('Postgres: autovacuum', found, 'warn', remedy);
}

function connections(free: number): Finding {
  const remedy =
    free >= fewConnections
      ? null
      : 'raise max_connections: each process of ours (serve, worker, each command) takes up to 12, and its queue some more';
  return judged('Postgres: connections', `${free} free`, 'warn', remedy);
}
