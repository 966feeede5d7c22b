import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../src/store/database.ts';
import type { Database } from '../src/store/database.ts';
import { openEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { migrate } from '../src/store/migrate.ts';
import { withApi } from './api-process.ts';
import type { ApiRate } from './api-process.ts';
import { questionsOf } from './generated-patches/questions.ts';
import { fillWithPatches } from './generated-patches/fill-database.ts';

/** What figures are compared with. */
const baseCount = 10_000;

const asking = { connectionCount: 1, warmUpSeconds: 1, measuredSeconds: 2 };

/**
 * Prints for each kind of request what it costs over 10,000 generated patches and over `--patches` of them, in databases of
 * their own; a ratio of 1.0 says that size does not count. `--keep FOLDER` leaves the databases there, and takes those that
 * an earlier run has left; without it they are made in the folder of temporary files, about 9 KB a patch, and deleted.
 */
export async function printRatesAtSize(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { patches: { type: 'string' }, keep: { type: 'string' } },
  });
  const base = await ratesAt(baseCount, values.keep ?? null);
  const sizes = (values.patches ?? '1000000').split(',').map(Number);
  for (const patchCount of sizes) {
    const rates = await ratesAt(patchCount, values.keep ?? null);
    console.log(header(patchCount));
    for (const [name, rate] of rates) console.log(comparison(name, base.get(name)!, rate));
  }
}

/** Of each request, over so many patches. */
async function ratesAt(patchCount: number, keep: string | null): Promise<Map<string, ApiRate>> {
  const dataFolder =
    keep === null
      ? mkdtempSync(join(tmpdir(), 'patchloom-bench-'))
      : join(keep, `patches-${patchCount}`);
  mkdirSync(dataFolder, { recursive: true });
  chmodSync(dataFolder, 0o755);
  const server = await openEmbeddedPostgres({ dataFolder });
  const database = openDatabase(server.connectionString, {
    maxConnections: 3,
    applicationName: 'patchloom bench',
    statementTimeoutMs: 0,
  });
  try {
    await fillOnce(database, patchCount);
    return await measuredRates(dataFolder, await questionsOf(database));
  } finally {
    await database.end();
    await server.close();
    if (keep === null) rmSync(dataFolder, { recursive: true });
  }
}

async function fillOnce(database: Database, patchCount: number): Promise<void> {
  await migrate(database);
  const { rows } = await database.query('SELECT FROM patchloom.patch LIMIT 1');
  if (rows.length > 0) return;
  const startedAt = performance.now();
  await fillWithPatches(database, patchCount);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.error(`${patchCount} patches generated in ${seconds} s`);
}

async function measuredRates(
  dataFolder: string,
  questions: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, ApiRate>> {
  const rates = new Map<string, ApiRate>();
  await withApi(dataFolder, asking, async (api) => {
    for (const [name, paths] of questions) {
      const rate = await api.measure(paths);
      rates.set(name, rate);
      if (rate.failureCount > 0) console.error(`${name}: ${rate.failureCount} FAILED`);
    }
  });
  return rates;
}

function header(patchCount: number): string {
  const names = ['/s', 'of base', 'API ms', 'Postgres ms', 'both of base'];
  return row(`${patchCount} patches; base: ${baseCount}`, names);
}

/** CPU of both says more of the price than the rate does: that depends on what else the machine does. */
function comparison(name: string, base: ApiRate, rate: ApiRate): string {
  return row(name, [
    rate.perSecond.toFixed(0),
    (rate.perSecond / base.perSecond).toFixed(2),
    rate.apiMs.toFixed(3),
    rate.postgresMs.toFixed(3),
    ((rate.apiMs + rate.postgresMs) / (base.apiMs + base.postgresMs)).toFixed(2),
  ]);
}

function row(name: string, figures: readonly string[]): string {
  return name.padEnd(90) + figures.map((figure) => figure.padStart(14)).join('');
}
