/** A worker process: takes jobs from the queue and indexes them until it is told to stop or its parent is gone. */
import { constants, setPriority } from 'node:os';
import { processConfig } from '../src/config.ts';
import { openParser } from '../src/ingest/parser.ts';
import { startIndexer } from '../src/ingest/start-indexer.ts';
import { seldom } from '../src/log-seldom.ts';
import { logObservations } from '../src/log-observations.ts';
import { openLog } from '../src/log.ts';
import { sendMeasures } from '../src/metrics/send-measures.ts';
import { queueLocationOf } from '../src/site.ts';
import { isConflict } from '../src/store/database-errors.ts';
import { openDatabase } from '../src/store/database.ts';

// What is in custody can wait; a peer that waits for its 250 cannot.
setPriority(constants.priority.PRIORITY_LOW);
const config = processConfig();
const log = openLog('indexer', config.logLevel);
logObservations(log);
const measures = sendMeasures((message) => process.send?.(message));
if (config.databaseUrl === null) throw new Error('a worker needs DATABASE_URL');
const database = openDatabase(config.databaseUrl, {
  maxConnections: 3,
  applicationName: 'patchloom indexer',
  statementTimeoutMs: 120_000,
});
/** Of the deliveries that a job carries. */
const maxLoggedDeliveries = 10;

const parser = openParser();
const indexer = startIndexer({
  database,
  parse: parser.parse,
  queueLocation: queueLocationOf(config, config.databaseUrl),
  lists: config.lists,
  onError: seldom<readonly number[]>((error, repeatCount, deliveryIds) => {
    if (deliveryIds === undefined && isConflict(error)) {
      // Nothing waits for it: the queue does the same again within a second or two.
      log.warn({ err: error, repeatCount }, 'statements of the queue met each other');
      return;
    }
    const deliveries = deliveryIds?.slice(0, maxLoggedDeliveries);
    const fields = { err: error, repeatCount, stage: 'index', deliveries };
    log.error(fields, 'indexing failed, to be tried again');
  }),
});

let isStopping = false;

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await indexer.close();
  measures.close();
  await parser.close();
  await database.end();
  process.exit(0);
}

process.on('SIGTERM', () => void stop());
// The parent drains first and then tells us; a terminal's Ctrl-C reaches both at once.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => void stop());
process.send?.('ready');
