import { rmSync } from 'node:fs';
import { indexDeliveries } from '../src/ingest/index-deliveries.ts';
import { storableFacts } from '../src/message/storable-facts.ts';
import { parseMessage } from '../src/parsing/parse-message.ts';
import { takeCustody } from '../src/store/custody.ts';
import { openDatabase } from '../src/store/database.ts';
import type { Database } from '../src/store/database.ts';
import { openEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { migrate } from '../src/store/migrate.ts';
import { makeDataFolder, postmasterPid } from './bench-site.ts';
import { postgresCpuMs } from './process-cpu.ts';

/** CPU in milliseconds per message: of this process, parsing included, and of Postgres. */
export interface IndexingCost {
  readonly nodeMs: number;
  readonly postgresMs: number;
}

/** A fresh embedded database to index into. */
export interface BenchStore {
  /** Takes messages into custody and indexes them, so many at once, in this process. */
  readonly index: (raws: Iterable<Buffer>, batchSize: number) => Promise<void>;
  /** The same, and what it costs. The messages must be there already: making them would count. */
  readonly measure: (raws: readonly Buffer[], batchSize: number) => Promise<IndexingCost>;
  close(): Promise<void>;
}

export async function openBenchStore(): Promise<BenchStore> {
  const dataFolder = makeDataFolder();
  const server = await openEmbeddedPostgres({ dataFolder });
  const postmaster = postmasterPid(dataFolder);
  await withDatabase(server.connectionString, migrate);
  const index = async (raws: Iterable<Buffer>, batchSize: number): Promise<void> =>
    withDatabase(server.connectionString, (database) => indexAll(database, raws, batchSize));
  return {
    index,
    async measure(raws, batchSize) {
      await withDatabase(server.connectionString, (database) => database.query('ANALYZE'));
      const postgresBefore = postgresCpuMs(postmaster);
      const nodeBefore = process.cpuUsage();
      await index(raws, batchSize);
      const { user, system } = process.cpuUsage(nodeBefore);
      const postgresMs = postgresCpuMs(postmaster) - postgresBefore;
      return {
        nodeMs: (user + system) / 1000 / raws.length,
        postgresMs: postgresMs / raws.length,
      };
    },
    async close() {
      await server.close();
      rmSync(dataFolder, { recursive: true });
    },
  };
}

async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase(url, {
    maxConnections: 2,
    applicationName: 'patchloom bench',
    statementTimeoutMs: 0,
  });
  try {
    return await work(database);
  } finally {
    await database.end();
  }
}

async function indexAll(
  database: Database,
  raws: Iterable<Buffer>,
  batchSize: number,
): Promise<void> {
  for (const batch of batchesOf(raws, batchSize)) {
    const receipts = await takeCustody(
      database,
      batch.map((raw) => ({ raw, arrival })),
    );
    const waiting = receipts.filter(({ isDuplicate }) => !isDuplicate);
    const ids = waiting.map(({ deliveryId }) => deliveryId);
    await indexDeliveries({ database, parse: parseAll, lists: 'auto' }, ids);
  }
}

async function parseAll(raws: readonly Buffer[]) {
  return Promise.all(raws.map(async (raw) => storableFacts(await parseMessage(raw))));
}

const arrival = {
  source: 'bench',
  position: null,
  requestedListId: null,
  envelopeFrom: null,
  envelopeTo: null,
  peer: null,
};

function* batchesOf(raws: Iterable<Buffer>, size: number): Generator<Buffer[]> {
  let batch: Buffer[] = [];
  for (const raw of raws) {
    batch.push(raw);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
