import { setTimeout as delay } from 'node:timers/promises';
import { packageVersion } from '../package-version.ts';
import type { QueueFigures } from '../queue/index-queue.ts';
import type { Site } from '../site.ts';
import { readStatus } from '../store/status.ts';
import type { Status } from '../store/status.ts';
import type { StorageRoom } from '../store/storage-room.ts';
import { print } from './output.ts';
import { statusText } from './status-text.ts';
import type { Former } from './status-text.ts';
import { withSite } from './with-site.ts';

/** All that `status` shows, and what `status --json` prints. */
export interface SiteStatus extends Status {
  /** "0.1.0", of this program. */
  readonly version: string;
  /** null: the queue does not answer. */
  readonly queue: QueueFigures | null;
  /** null: the database is elsewhere, and its disk is not seen from here. */
  readonly room: StorageRoom | null;
}

const watchIntervalMs = 2_000;

/** Moves the cursor home and clears what is below. Source: ECMA-48, CUP and ED. */
const clearScreen = '\u001b[H\u001b[J';

interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** Prints whether mail comes in, whether it is indexed, and what is stuck; with `watch`, again and again until a signal. */
export async function status(options: StatusOptions): Promise<void> {
  await withSite(async (site) => {
    let former: Former | null = null;
    const ending = options.watch === true ? endBySignal() : AbortSignal.abort();
    do {
      const now = await readSiteStatus(site);
      await print(
        options.json === true ? `${JSON.stringify(now)}\n` : screen(now, former, options),
      );
      former = { status: now, readAtMs: performance.now() };
      await delay(watchIntervalMs, undefined, { signal: ending }).catch(() => undefined);
    } while (!ending.aborted);
  });
}

/** Aborted when the command is told to end: it lets go of the database first. */
function endBySignal(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ending.abort());
  return ending.signal;
}

async function readSiteStatus(site: Site): Promise<SiteStatus> {
  return {
    version: packageVersion,
    ...(await readStatus(site.database)),
    queue: await site.queue.figures().catch(() => null),
    room: await site.readRoom(),
  };
}

function screen(now: SiteStatus, former: Former | null, { watch }: StatusOptions): string {
  const text = statusText(now, former);
  return watch === true && process.stdout.isTTY ? `${clearScreen}${text}` : text;
}
