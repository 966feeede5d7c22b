import { indexDeliveries } from '../../src/ingest/index-deliveries.ts';
import { storableFacts } from '../../src/message/storable-facts.ts';
import type { StorableFacts } from '../../src/message/storable-facts.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';
import { takeCustody } from '../../src/store/custody.ts';
import type { Arrival, Receipt } from '../../src/store/custody.ts';
import type { Database } from '../../src/store/database.ts';

/** How a message came whose way does not matter. */
export const someArrival: Arrival = {
  source: 'test',
  position: null,
  requestedListId: null,
  envelopeFrom: null,
  envelopeTo: null,
  peer: null,
};

/** Facts of raw messages, parsed in this thread. */
export async function parseAll(raws: readonly Buffer[]): Promise<StorableFacts[]> {
  return Promise.all(raws.map(async (raw) => storableFacts(await parseMessage(raw))));
}

/** Takes messages into custody in one commit. */
export async function takeAll(
  database: Database,
  raws: readonly Buffer[],
  arrival: Partial<Arrival> = {},
): Promise<Receipt[]> {
  return takeCustody(
    database,
    raws.map((raw) => ({ raw, arrival: { ...someArrival, ...arrival } })),
  );
}

/** Indexes deliveries in one batch, as a worker does. */
export async function indexIds(
  database: Database,
  deliveryIds: readonly number[],
  lists: 'auto' | 'known' = 'auto',
): Promise<void> {
  await indexDeliveries({ database, parse: parseAll, lists }, deliveryIds);
}

/** Custody and indexing of one batch. */
export async function storeAll(
  database: Database,
  raws: readonly Buffer[],
  arrival: Partial<Arrival> = {},
): Promise<Receipt[]> {
  const receipts = await takeAll(database, raws, arrival);
  await indexIds(
    database,
    receipts.filter(({ isDuplicate }) => !isDuplicate).map(({ deliveryId }) => deliveryId),
  );
  return receipts;
}
