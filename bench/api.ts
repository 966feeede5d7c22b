import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../src/store/database.ts';
import { openEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { withApi } from './api-process.ts';
import { runReplay } from './replay.ts';

const asking = { connectionCount: 8, warmUpSeconds: 2, measuredSeconds: 5 };

/**
 * Replays an archive into a fresh embedded database, starts the API on it, and prints for each kind of request how many
 * a second are answered and what one costs: CPU milliseconds of the API's process, of Postgres, and of the load itself.
 */
export async function printApiRates(archive: string, more: readonly string[]): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'patchloom-bench-'));
  chmodSync(dataFolder, 0o755);
  const server = await openEmbeddedPostgres({ dataFolder });
  try {
    process.stdout.write(await runReplay(dataFolder, [archive, ...more]));
    const paths = await pathsToAsk(server.connectionString);
    await withApi(dataFolder, asking, async (api) => {
      for (const [name, some] of Object.entries(paths)) {
        const { perSecond, failureCount, ...costs } = await api.measure(some);
        const failures = failureCount === 0 ? '' : `, ${failureCount} FAILED`;
        const [ofApi, postgres, load] = [costs.apiMs, costs.postgresMs, costs.loadMs].map((ms) =>
          ms.toFixed(3),
        );
        const cpu = `CPU ms each: API ${ofApi}, Postgres ${postgres}, load ${load}`;
        console.log(`${name}: ${perSecond.toFixed(0)}/s${failures}; ${cpu}`);
      }
    });
  } finally {
    await server.close();
    rmSync(dataFolder, { recursive: true });
  }
}

async function pathsToAsk(url: string): Promise<Record<string, string[]>> {
  const database = openDatabase(url, {
    maxConnections: 1,
    applicationName: 'patchloom bench',
    statementTimeoutMs: 0,
  });
  await database.query('VACUUM ANALYZE');
  const patches = await database.query<{ id: number }>(
    'SELECT id FROM patchloom.patch WHERE is_shown ORDER BY md5(id::text) LIMIT 1000',
  );
  const series = await database.query<{ id: number }>(
    'SELECT public_id AS id FROM patchloom.series ORDER BY md5(id::text) LIMIT 1000',
  );
  await database.end();
  return {
    'GET /api/patches/?per_page=100': ['/api/patches/?per_page=100'],
    'GET /api/patches/ID/': patches.rows.map(({ id }) => `/api/patches/${id}/`),
    'GET /series/ID/mbox/': series.rows.map(({ id }) => `/series/${id}/mbox/`),
    'GET /api/series/?per_page=100&order=-date': ['/api/series/?per_page=100&order=-date'],
    'GET /api/patches/?state=new&state=under-review&archived=false&order=-date&per_page=100': [
      '/api/patches/?state=new&state=under-review&archived=false&order=-date&per_page=100',
    ],
    'GET /api/patches/?q=syscalls': ['/api/patches/?q=syscalls'],
    'GET /healthz': ['/healthz'],
  };
}
