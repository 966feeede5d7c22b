import assert from 'node:assert/strict';
import type { Database } from '../../src/store/database.ts';
import { storeAll } from './index-mail.ts';
import { sampleMail } from './sample-mail.ts';
import type { SampleMail } from './sample-mail.ts';

/** 24 orders of four things. */
function allOrders<T>(things: readonly T[]): T[][] {
  let orders: T[][] = [[]];
  for (const thing of things) {
    orders = orders.flatMap((order) =>
      Array.from({ length: order.length + 1 }, (_, place) => order.toSpliced(place, 0, thing)),
    );
  }
  return orders;
}

const maxInAllOrders = 4;

/** Every order of up to four things; of more, each of them first, forwards and backwards. */
function ordersOf<T>(things: readonly T[]): T[][] {
  if (things.length <= maxInAllOrders) return allOrders(things);
  return [things, things.toReversed()].flatMap((order) =>
    order.map((_, place) => [...order.slice(place), ...order.slice(0, place)]),
  );
}

let listCount = 0;

/** Stores messages on a new list, one by one in the order given; the list's id. */
async function storeOnNewList(database: Database, mails: readonly SampleMail[]): Promise<string> {
  listCount += 1;
  const listId = `list-${listCount}.brook.example`;
  for (const mail of mails) await storeAll(database, [sampleMail({ ...mail, listId })]);
  return listId;
}

/**
 * Stores messages on a list in the order given and on others in other orders, all 24 of four messages, asserts that `select` gives the same for
 * each, and returns that. `select` is given the id of a list.
 */
export async function sameInAllOrders<Row>(
  database: Database,
  mails: readonly SampleMail[],
  select: (listId: string) => Promise<Row[]>,
): Promise<Row[]> {
  const expected = await select(await storeOnNewList(database, mails));
  for (const order of ordersOf(mails)) {
    const rows = await select(await storeOnNewList(database, order));
    assert.deepEqual(rows, expected, order.map(({ id }) => id).join(' '));
  }
  return expected;
}
