import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../src/package-root.ts';

const command = join(packageRoot, 'dist', 'src', 'cli', 'patchloom.js');

type Environment = Readonly<Record<string, string>>;

/** Starts `patchloom WORDS`; standard output is piped, errors are shown. */
export function startPatchloom(words: readonly string[], environment: Environment): ChildProcess {
  return spawn(process.execPath, [command, ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Resolves when the command has ended well; `onLine` hears each line of its output. */
export async function outputEnded(
  child: ChildProcess,
  onLine: (line: string) => void,
): Promise<void> {
  createInterface({ input: child.stdout! }).on('line', onLine);
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code ?? signal}`);
}

/** A part of the daemon that takes work. */
export interface RunningDaemon {
  readonly pid: number;
  /** Of the line that it prints when it is ready, by name: { smtp: '127.0.0.1:2525', http: 'off' }. */
  readonly addresses: Readonly<Record<string, string>>;
  /** From its start to that line. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Runs `patchloom serve`, or a part of it, up to its ready line. */
export async function startDaemonCommand(
  part: 'serve' | 'worker' | 'api',
  environment: Environment,
): Promise<RunningDaemon> {
  const startedAt = performance.now();
  const child = startPatchloom([part], environment);
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout! }), 'line').then(([text]) => String(text)),
    ended.then(([code]) => Promise.reject(new Error(`${part} ended with ${code}`))),
  ]);
  const readyMs = performance.now() - startedAt;
  const pairs = line.split(' ').flatMap((word) => {
    const at = word.indexOf('=');
    return at === -1 ? [] : [[word.slice(0, at), word.slice(at + 1)] as const];
  });
  return {
    pid: child.pid!,
    addresses: Object.fromEntries(pairs),
    readyMs,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
