import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root.ts';
import { openDatabase } from '../src/store/database.ts';
import { openEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { loadPaths } from './keep-alive-load.ts';
import { processCpu } from './process-cpu.ts';
import { postmasterPid, runReplay } from './replay.ts';

const connectionCount = 8;
const warmUpSeconds = 2;
const measuredSeconds = 5;

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
    await withApi(dataFolder, async (address, apiPid) => {
      const postmaster = postmasterPid(dataFolder);
      for (const [name, some] of Object.entries(paths)) {
        await loadPaths(address, some, connectionCount, warmUpSeconds);
        console.log(`${name}: ${await measured(address, some, apiPid, postmaster)}`);
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

async function withApi(
  dataFolder: string,
  work: (address: string, pid: number) => Promise<void>,
): Promise<void> {
  const command = join(packageRoot, 'dist', 'src', 'cli', 'patchloom.js');
  const child = spawn(process.execPath, [command, 'api'], {
    env: { ...process.env, PATCHLOOM_DATA: dataFolder, HTTP_ADDRESS: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const address = /http=(\S+)/.exec(String(line))?.[1];
  try {
    if (address === undefined) throw new Error(`the API said: ${String(line)}`);
    await work(address, child.pid!);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

async function measured(
  address: string,
  paths: readonly string[],
  apiPid: number,
  postmaster: number,
): Promise<string> {
  const cpu = (): number[] => [
    processCpu(apiPid).ownMs,
    serverCpuMs(postmaster),
    processCpu('self').ownMs,
  ];
  const before = cpu();
  const load = await loadPaths(address, paths, connectionCount, measuredSeconds);
  const costs = cpu().map((ms, at) => (ms - before[at]!) / load.requestCount);
  const [api, postgres, own] = costs.map((ms) => ms.toFixed(3));
  const rate = (load.requestCount / load.seconds).toFixed(0);
  const failures = load.failureCount === 0 ? '' : `, ${load.failureCount} FAILED`;
  return `${rate}/s${failures}; CPU ms each: API ${api}, Postgres ${postgres}, load ${own}`;
}

/** CPU of a Postgres: of its first process and of those that it has made and that still run. */
function serverCpuMs(postmaster: number): number {
  const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  return pids
    .map(Number)
    .filter((pid) => pid === postmaster || parentOf(pid) === postmaster)
    .reduce((sum, pid) => sum + processCpu(pid).ownMs, 0);
}

/** Field 4 of /proc/<pid>/stat (proc(5)); null when the process is gone. */
function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
