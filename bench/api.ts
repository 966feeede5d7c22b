import type { Database } from '../src/store/database.ts';
import { withApi } from './api-process.ts';
import { withBenchSite } from './bench-site.ts';
import { measureReplay } from './measure-replay.ts';
import { archiveText } from './replay.ts';
import type { Figure, Report } from './report.ts';

const asking = { connectionCount: 8, warmUpSeconds: 2, measuredSeconds: 5 };

/**
 * Replays an archive into a fresh embedded database, starts the API on it, and tells for each kind of request how many
 * a second are answered and what one costs: CPU milliseconds of the API's process, of Postgres, and of the load itself.
 */
export async function reportApi(args: readonly string[]): Promise<Report> {
  const archive = args[0]!;
  return withBenchSite({ hasRedis: false, workerCount: null }, async (site) => {
    const { messageCount } = await measureReplay(site, args);
    const paths = await pathsToAsk(site.database);
    const figures: Figure[] = [];
    await withApi(site.dataFolder, asking, async (api) => {
      for (const [name, some] of Object.entries(paths)) {
        const rate = await api.measure(some);
        if (rate.failureCount > 0) throw new Error(`${name}: ${rate.failureCount} failed`);
        figures.push(
          { name, value: rate.perSecond, unit: 'answers/s' },
          { name: `${name}: CPU, API`, value: rate.apiMs, unit: 'ms/answer' },
          { name: `${name}: CPU, Postgres`, value: rate.postgresMs, unit: 'ms/answer' },
          { name: `${name}: CPU, load generator`, value: rate.loadMs, unit: 'ms/answer' },
        );
      }
    });
    return { title: 'api', input: archiveText(archive, messageCount), figures };
  });
}

async function pathsToAsk(database: Database): Promise<Record<string, string[]>> {
  await database.query('VACUUM ANALYZE');
  const patches = await database.query<{ id: number }>(
    'SELECT id FROM patchloom.patch WHERE is_shown ORDER BY md5(id::text) LIMIT 1000',
  );
  const series = await database.query<{ id: number }>(
    'SELECT public_id AS id FROM patchloom.series ORDER BY md5(id::text) LIMIT 1000',
  );
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
