import { credentialsMissing, notPermitted } from '../http/api-error.ts';
import type { ApiError } from '../http/api-error.ts';
import type { Caller } from '../http/authenticate.ts';
import { loadActingUser } from '../store/actors.ts';
import type { ActingUser } from '../store/actors.ts';
import { inTransaction } from '../store/database.ts';
import type { Database, Transaction } from '../store/database.ts';
import { sqlState } from '../store/database-errors.ts';

/** What a write runs with. */
export interface Write {
  readonly transaction: Transaction;
  /** Read anew, so that rights that were taken away count at once; null: nobody said who it is. */
  readonly actor: ActingUser | null;
}

/** Serialization failure, deadlock: another write got in the way. */
const collisions = new Set(['40001', '40P01']);

const maxAttempts = 3;

/** Runs a write in a transaction of its own, again when another one got in its way. */
export async function inWrite<T>(
  database: Database,
  caller: Caller | null,
  work: (write: Write) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(database, async (transaction) => {
        const actor = caller === null ? null : await loadActingUser(transaction, caller.userId);
        return work({ transaction, actor });
      });
    } catch (error) {
      if (attempt === maxAttempts || !collisions.has(sqlState(error) ?? '')) throw error;
    }
  }
}

/** What is said to somebody who may not write: nobody knows them, or they are not the right one. */
export function refusal(actor: ActingUser | null): ApiError {
  return actor === null ? credentialsMissing() : notPermitted();
}
