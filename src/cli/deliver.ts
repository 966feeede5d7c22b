import { ConfigError, processConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { acceptMessages } from '../ingest/accept.ts';
import type { Log } from '../log.ts';
import type { IndexQueue } from '../queue/index-queue.ts';
import { roomFor } from '../site.ts';
import type { Site } from '../site.ts';
import { DurabilityError } from '../store/durability.ts';
import { loadMailingLists } from '../store/mailing-lists.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { readStandardInput } from './standard-input.ts';
import { withSite } from './with-site.ts';

/**
 * Takes the message on standard input into custody. Exit 0: it is stored, or was stored already.
 * Where no worker runs, it is indexed here as well; that this fails is no failure of the delivery.
 */
export async function deliver(options: { readonly listId?: string }): Promise<void> {
  const raw = await readStandardInput();
  if (raw.length === 0) throw new CommandError(exitCode.dataError, 'no message on standard input');
  await temporaryUnlessSaid(async () => {
    const config = processConfig();
    refuseOversized(raw, config.maxMessageBytes);
    await requireRoom(config);
    await withSite(async (site, log) => {
      await refuseUnknownList(site, options.listId ?? null);
      await deliverTo(site, log, raw, options.listId ?? null);
    });
  });
}

/** Whatever goes wrong on the way to custody, the MTA is to try again, unless the trouble has a code of its own. */
async function temporaryUnlessSaid(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (error instanceof ConfigError || error instanceof DurabilityError) throw error;
    throw new CommandError(exitCode.temporaryFailure, 'cannot store messages now', error);
  }
}

/** Before Postgres is asked: where a full disk has stopped it, it would be started again and again in vain. */
async function requireRoom(config: Config): Promise<void> {
  const requireRoomNow = await roomFor(config);
  await requireRoomNow();
}

function refuseOversized(raw: Buffer, maxMessageBytes: number): void {
  if (raw.length > maxMessageBytes) {
    throw new CommandError(exitCode.dataError, `the message is over ${maxMessageBytes} octets`);
  }
}

async function refuseUnknownList(site: Site, listId: string | null): Promise<void> {
  if (listId === null || site.config.lists === 'auto') return;
  const lists = await loadMailingLists(site.database);
  if (!lists.some((list) => list.listId === listId)) {
    throw new CommandError(exitCode.noUser, `no list ${listId}: patchloom list add ${listId}`);
  }
}

async function deliverTo(
  site: Site,
  log: Log,
  raw: Buffer,
  requestedListId: string | null,
): Promise<void> {
  const accept = acceptMessages(site, (error) =>
    log.warn({ err: error }, 'queue out of reach, the sweeper will add the job'),
  );
  const envelope = { envelopeFrom: null, envelopeTo: null, peer: null };
  const arrival = { source: 'deliver', position: null, requestedListId, ...envelope };
  const { deliveryId, isDuplicate } = await accept({ raw, arrival });
  if (isDuplicate || (await hasWorkers(site.queue))) return;
  try {
    // Where workers run, nothing of what indexes mail is loaded.
    const { indexHere } = await import('./index-here.ts');
    await indexHere(site, deliveryId);
  } catch (error) {
    log.warn({ err: error }, 'in custody, but not indexed yet');
  }
}

/** A queue that is out of reach has no workers that would hear of the message. */
async function hasWorkers(queue: IndexQueue): Promise<boolean> {
  return queue.hasWorkers().catch(() => false);
}
