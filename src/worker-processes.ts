import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { workerEnvironment } from './config.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Measure } from './metrics/measures.ts';
import { packageRoot } from './package-root.ts';

/** What a worker process runs. */
export const workerScript = join(packageRoot, 'dist', 'workers', 'indexer.js');

/**
 * How V8 runs a worker. A worker is often busy for seconds only, and has other processes beside it on every core: V8's own
 * threads, which compile and collect ahead of need, cost a replay of 10,000 messages a fifth of its CPU (bench/RESULTS.md).
 * So code is optimized once it ran six times as long as V8 waits by default, and garbage is collected on the thread that
 * left it, from a young generation of a quarter of the default's MiB, which costs nothing measurable.
 */
const engineOptions = [
  '--interrupt-budget=400000',
  '--single-threaded-gc',
  '--max-semi-space-size=4',
];

/**
 * For the C library (mallopt(3)), which Buffers come from: threads share two heaps, and a heap whose end has 2 MiB free
 * gives them back. By default each thread has a heap, and all of them stay as large as the largest batch made them.
 */
const memoryEnvironment = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: String(2 * 1024 * 1024),
};

/** A worker that dies is started again after this pause. */
const restartDelayMs = 500;

/** A worker that has not stopped by then is killed; its jobs are taken by others. */
const stopDeadlineMs = 15_000;

/** What a worker process tells the one that started it. */
export type WorkerMessage = 'ready' | { readonly measures: readonly Measure[] };

/** Indexing processes that are kept running. */
export interface WorkerProcesses {
  readonly pids: () => number[];
  /** Those that have come so far that they take jobs. */
  readonly readyCount: () => number;
  stop(): Promise<void>;
}

/** Starts `config.workerCount` worker processes and keeps that many running; `record` gets what they measure. */
export function startWorkerProcesses(
  config: Config,
  databaseUrl: string,
  log: Log,
  record: (measure: Measure) => void = () => undefined,
): WorkerProcesses {
  const children = new Set<ChildProcess>();
  const ready = new Set<ChildProcess>();
  let isStopping = false;

  function startOne(): void {
    const child = fork(workerScript, {
      env: { ...memoryEnvironment, ...workerEnvironment(config, databaseUrl) },
      execArgv: [...process.execArgv, ...engineOptions],
    });
    children.add(child);
    child.on('error', (error) => log.error({ err: error }, 'worker'));
    child.on('message', (message: WorkerMessage) => {
      if (message === 'ready') ready.add(child);
      else for (const measure of message.measures) record(measure);
    });
    child.on('exit', (code, signal) => {
      children.delete(child);
      ready.delete(child);
      if (isStopping) return;
      record({ name: 'workerRestarts', labels: {}, value: 1 });
      log.error({ code, signal, pid: child.pid }, 'worker died, starting another');
      setTimeout(() => isStopping || startOne(), restartDelayMs);
    });
  }

  for (let count = 0; count < config.workerCount; count += 1) startOne();
  return {
    readyCount: () => ready.size,
    pids: () => [...children].flatMap((child) => child.pid ?? []),
    async stop() {
      isStopping = true;
      await Promise.all([...children].map(stopChild));
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
  await exited;
  clearTimeout(killer);
}
