import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { packageRoot } from '../src/package-root.ts';
import type { Database } from '../src/store/database.ts';
import { withBenchSite } from './bench-site.ts';

/** What figures depend on, a line each: "2 cores of Intel(R) Xeon(R)". */
export async function machineLines(): Promise<string[]> {
  const server = await withBenchSite({ hasRedis: false, workerCount: null }, ({ database }) =>
    postgresVersion(database),
  );
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'unknown kind'}, ${memory} GiB of memory`,
    `Node ${process.version}, Postgres ${server} (embedded), settings as they are by default`,
    `commit ${commit()}`,
    new Date().toISOString().slice(0, 10),
  ];
}

async function postgresVersion(database: Database): Promise<string> {
  const { rows } = await database.query<{ server_version: string }>('SHOW server_version');
  return rows[0]!.server_version;
}

/** "a61847d", "a61847d with changes"; "unknown" outside a repository. */
function commit(): string {
  const git = (...words: readonly string[]): string =>
    spawnSync('git', words, { cwd: packageRoot }).stdout?.toString().trim() ?? '';
  const id = git('rev-parse', '--short', 'HEAD');
  if (id === '') return 'unknown';
  const measured = ['src', 'sql', 'workers', 'bench', ':!bench/RESULTS.md'];
  const changed = git('status', '--porcelain', '--', ...measured);
  return changed === '' ? id : `${id} with changes`;
}
