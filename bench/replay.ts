import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root.ts';
import { openEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { processCpu, totalCpuMs } from './process-cpu.ts';

/** What one replay cost. Times in milliseconds of CPU per message, over all processes. */
export interface ReplayCost {
  readonly messageCount: number;
  readonly messagesPerSecond: number;
  readonly nodeMs: number;
  readonly postgresMs: number;
}

/** Replays an archive into a fresh embedded database, from start of the command to its summary line. */
export async function measureReplay(archive: string, more: readonly string[]): Promise<ReplayCost> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'patchloom-bench-'));
  chmodSync(dataFolder, 0o755);
  const server = await openEmbeddedPostgres({ dataFolder });
  try {
    const postmaster = postmasterPid(dataFolder);
    const serverBefore = totalCpuMs(postmaster);
    const nodeBefore = processCpu('self').childrenMs;
    const summary = await runReplay(dataFolder, [archive, ...more]);
    const [, replayed = '', seconds = ''] =
      /^replayed ([0-9]+),.* in ([0-9.]+) s/.exec(summary) ?? [];
    const messageCount = Number(replayed);
    return {
      messageCount,
      messagesPerSecond: messageCount / Number(seconds),
      nodeMs: (processCpu('self').childrenMs - nodeBefore) / messageCount,
      postgresMs: (totalCpuMs(postmaster) - serverBefore) / messageCount,
    };
  } finally {
    await server.close();
    rmSync(dataFolder, { recursive: true });
  }
}

/** The first process of the embedded server in a data folder. */
export function postmasterPid(dataFolder: string): number {
  return Number(
    readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
}

/** The summary line of a replay into a data folder. */
export async function runReplay(dataFolder: string, words: readonly string[]): Promise<string> {
  const command = join(packageRoot, 'dist', 'src', 'cli', 'patchloom.js');
  const child = spawn(process.execPath, [command, 'replay', ...words], {
    env: { ...process.env, PATCHLOOM_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`replay ended with ${code}`);
  return output;
}
