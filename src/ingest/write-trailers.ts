import type { StorableFacts } from '../message/storable-facts.ts';
import type { Transaction } from '../store/database.ts';
import { deleteDependencies, insertDependencies } from '../store/dependencies.ts';
import type { MessageRowId } from '../store/stored-message.ts';
import { deleteTrailers, insertTrailers } from '../store/trailers.ts';

/** A stored message with its facts. */
export interface MessageWithFacts {
  readonly id: MessageRowId;
  readonly facts: StorableFacts;
}

/** Writes the trailers and dependencies of messages that were just inserted. */
export async function writeTrailers(
  transaction: Transaction,
  messages: readonly MessageWithFacts[],
): Promise<void> {
  await insertTrailers(
    transaction,
    messages.map(({ id, facts }) => ({ id, trailers: facts.trailerFacts })),
  );
  await insertDependencies(
    transaction,
    messages.map(({ id, facts }) => ({ id, dependencies: facts.dependencies })),
  );
}

/** Writes those of stored messages whose facts were read anew, in place of what they had. */
export async function replaceTrailers(
  transaction: Transaction,
  messages: readonly MessageWithFacts[],
): Promise<void> {
  const ids = messages.map(({ id }) => id);
  await deleteTrailers(transaction, ids);
  await deleteDependencies(transaction, ids);
  await writeTrailers(transaction, messages);
}
