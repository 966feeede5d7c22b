import { processConfig } from '../config.ts';
import { openLog } from '../log.ts';
import type { Log } from '../log.ts';
import { openSite } from '../site.ts';
import type { Site } from '../site.ts';

/** Runs a command's work on the configured database and lets go of it afterwards. */
export async function withSite<T>(work: (site: Site, log: Log) => Promise<T>): Promise<T> {
  const log = openLog('patchloom');
  log.level = 'warn';
  const site = await openSite(processConfig(), log);
  try {
    return await work(site, log);
  } finally {
    await site.close();
  }
}
