import { rmSync } from 'node:fs';
import { commandEnvironment, makeDataFolder } from './bench-site.ts';
import { startDaemonCommand } from './patchloom-command.ts';
import { median } from './quantile.ts';
import type { Report } from './report.ts';

const roundCount = 5;

/** How long `serve` takes to its ready line: in a fresh data folder, with initdb and migrations, and in one that it had before. */
export async function reportStart(): Promise<Report> {
  const coldMs: number[] = [];
  const warmMs: number[] = [];
  for (let round = 0; round < roundCount; round += 1) {
    const dataFolder = makeDataFolder();
    coldMs.push(await readyMs(dataFolder));
    warmMs.push(await readyMs(dataFolder));
    rmSync(dataFolder, { recursive: true });
  }
  return {
    title: 'start',
    input: `serve, ${roundCount} times each`,
    figures: [
      { name: 'cold, median', value: median(coldMs), unit: 'ms' },
      { name: 'cold, slowest', value: Math.max(...coldMs), unit: 'ms' },
      { name: 'warm, median', value: median(warmMs), unit: 'ms' },
      { name: 'warm, slowest', value: Math.max(...warmMs), unit: 'ms' },
    ],
  };
}

async function readyMs(dataFolder: string): Promise<number> {
  const daemon = await startDaemonCommand('serve', commandEnvironment(dataFolder));
  await daemon.stop();
  return daemon.readyMs;
}
