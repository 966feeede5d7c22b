import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { processCpu } from '../process-cpu.ts';

/** How a command is run. */
export interface CommandPlace {
  readonly cwd: string;
  /** File that it reads as standard input; null for nothing. */
  readonly input: string | null;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Whether a program is on PATH. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** CPU in milliseconds of a command with all that it starts. Nothing else may end meanwhile. Throws when it fails. */
export async function commandCpuMs(
  program: string,
  words: readonly string[],
  { cwd, input, environment = {} }: CommandPlace,
): Promise<number> {
  const before = processCpu('self').childrenMs;
  const stdin = input === null ? 'ignore' : openSync(input, 'r');
  const env = { ...process.env, ...environment };
  const child = spawn(program, words, { cwd, env, stdio: [stdin, 'ignore', 'inherit'] });
  const [code, signal] = await once(child, 'exit');
  if (stdin !== 'ignore') closeSync(stdin);
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}`);
  return processCpu('self').childrenMs - before;
}
