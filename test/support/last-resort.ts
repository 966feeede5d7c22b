import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const undoings = new Set<() => void>();
let isArmed = false;

/**
 * Runs `undo` when the process ends before the returned function was called: also by a signal, or in a test that never
 * came to its own cleaning up. It must be synchronous.
 */
export function lastResort(undo: () => void): () => void {
  arm();
  undoings.add(undo);
  return () => void undoings.delete(undo);
}

function arm(): void {
  if (isArmed) return;
  isArmed = true;
  process.once('exit', () => {
    for (const undo of undoings) undo();
  });
  for (const [signal, code] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}

/** Kills a process, or with a negative id its group; no matter whether it lives. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone already.
  }
}

/** Kills the embedded Postgres of a data folder and removes the folder. */
export function removeDataFolderNow(dataFolder: string): void {
  try {
    const file = readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8');
    killNow(Number.parseInt(file, 10));
  } catch {
    // No Postgres runs there.
  }
  rmSync(dataFolder, { recursive: true, force: true });
}
