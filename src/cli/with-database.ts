import { processConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import { openEmbeddedPostgres } from '../store/embedded/embedded-postgres.ts';

/**
 * Runs a command's work on the configured database as it is: not migrated, not checked, without a queue. One connection,
 * statements without a limit of time.
 */
export async function withDatabase<T>(
  work: (database: Database, config: Config) => Promise<T>,
): Promise<T> {
  const config = processConfig();
  const { dataFolder } = config;
  const embedded = config.databaseUrl === null ? await openEmbeddedPostgres({ dataFolder }) : null;
  const database = openDatabase(config.databaseUrl ?? embedded!.connectionString, {
    maxConnections: 1,
    applicationName: 'patchloom command',
    statementTimeoutMs: 0,
  });
  try {
    return await work(database, config);
  } finally {
    await database.end();
    await embedded?.close();
  }
}
