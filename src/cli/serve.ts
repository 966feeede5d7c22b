import { once } from 'node:events';
import { processConfig } from '../config.ts';
import { startDaemon } from '../daemon.ts';
import type { DaemonPart } from '../daemon.ts';
import { openLog } from '../log.ts';
import { printLine } from './output.ts';

/** Runs parts of the daemon until SIGTERM or SIGINT, then drains. */
export async function serve(parts: readonly DaemonPart[]): Promise<void> {
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const config = processConfig();
  const log = openLog('patchloom', config.logLevel);
  const daemon = await startDaemon(config, new Set(parts), log);
  await printLine(daemon.readyLine);
  await stopped;
  await daemon.stop();
}
