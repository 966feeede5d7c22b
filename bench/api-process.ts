import { postmasterPid, commandEnvironment } from './bench-site.ts';
import { loadPaths } from './keep-alive-load.ts';
import { startDaemonCommand } from './patchloom-command.ts';
import { postgresCpuMs, processCpu } from './process-cpu.ts';

/** A running `patchloom api`, to be asked. */
export interface ApiProcess {
  /** Asks for the paths in turn as often as it can for a while. */
  measure(paths: readonly string[]): Promise<ApiRate>;
}

/** How fast something is answered, and the CPU milliseconds that one answer costs each process. */
export interface ApiRate {
  readonly perSecond: number;
  readonly failureCount: number;
  readonly apiMs: number;
  readonly postgresMs: number;
  readonly loadMs: number;
}

/** How hard and how long it is asked. */
export interface Asking {
  readonly connectionCount: number;
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
}

/** Runs the API on the embedded database of a data folder for as long as `work` takes. */
export async function withApi(
  dataFolder: string,
  asking: Asking,
  work: (api: ApiProcess) => Promise<void>,
): Promise<void> {
  const api = await startDaemonCommand('api', commandEnvironment(dataFolder));
  try {
    const cpu = (): Cpu => ({
      apiMs: processCpu(api.pid).ownMs,
      postgresMs: postgresCpuMs(postmasterPid(dataFolder)),
      loadMs: processCpu('self').ownMs,
    });
    const address = api.addresses['http']!;
    await work({ measure: async (paths) => measuredRate(address, paths, asking, cpu) });
  } finally {
    await api.stop();
  }
}

type Cpu = Pick<ApiRate, 'apiMs' | 'postgresMs' | 'loadMs'>;

async function measuredRate(
  address: string,
  paths: readonly string[],
  { connectionCount, warmUpSeconds, measuredSeconds }: Asking,
  cpu: () => Cpu,
): Promise<ApiRate> {
  await loadPaths(address, paths, connectionCount, warmUpSeconds);
  const before = cpu();
  const load = await loadPaths(address, paths, connectionCount, measuredSeconds);
  const after = cpu();
  const each = (kind: keyof Cpu): number => (after[kind] - before[kind]) / load.requestCount;
  return {
    perSecond: load.requestCount / load.seconds,
    failureCount: load.failureCount,
    apiMs: each('apiMs'),
    postgresMs: each('postgresMs'),
    loadMs: each('loadMs'),
  };
}
