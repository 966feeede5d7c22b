import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { acceptsConnections } from '../test/support/accepts-connections.ts';
import { freePort } from '../test/support/free-port.ts';

/** A Redis of the benchmark's own. */
export interface BenchRedis {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

const pollMs = 20;
const startDeadlineMs = 10_000;

/** Starts redis-server from PATH on a free port, with its log of writes in `folder`, as the operator is told to run it. */
export async function startBenchRedis(folder: string): Promise<BenchRedis> {
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const persistence = ['--appendonly', 'yes', '--save', ''];
  const child = spawn('redis-server', [...settings, ...persistence], { stdio: 'ignore' });
  await once(child, 'spawn');
  const startedAt = performance.now();
  while (!(await acceptsConnections(port))) {
    const isLate = performance.now() - startedAt > startDeadlineMs;
    if (child.exitCode !== null || isLate) throw new Error('redis-server does not answer');
    await delay(pollMs);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid!,
    async close() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
