/** A worker process whose parser ends the process on a message with the line "poison", as one huge allocation does. */
import { processConfig } from '../../src/config.ts';
import { startIndexer } from '../../src/ingest/start-indexer.ts';
import { openDatabase } from '../../src/store/database.ts';
import { parseAll } from '../support/index-mail.ts';

const { databaseUrl } = processConfig();
if (databaseUrl === null) throw new Error('DATABASE_URL is needed');
const database = openDatabase(databaseUrl, {
  maxConnections: 3,
  applicationName: 'patchloom poisoned indexer',
  statementTimeoutMs: 60_000,
});

startIndexer({
  database,
  queueLocation: { kind: 'postgres', url: databaseUrl },
  lists: 'auto',
  async parse(raws) {
    if (raws.some((raw) => raw.includes('\npoison\n'))) process.abort();
    return parseAll(raws);
  },
  onError: (error) => console.error(error),
});
process.on('disconnect', () => process.exit(0));
