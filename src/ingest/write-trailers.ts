import { dependencies } from '../message/dependencies.ts';
import type { MessageFacts } from '../message/message-facts.ts';
import { trailerFacts } from '../message/trailer-facts.ts';
import type { Transaction } from '../store/database.ts';
import { deleteDependencies, insertDependencies } from '../store/dependencies.ts';
import type { MessageRowId } from '../store/messages.ts';
import { deleteTrailers, insertTrailers } from '../store/trailers.ts';

/** A stored message with its facts. */
export interface MessageWithFacts {
  readonly id: MessageRowId;
  readonly facts: MessageFacts;
}

/** Writes the trailers and dependencies of messages that were just inserted. */
export async function writeTrailers(
  transaction: Transaction,
  messages: readonly MessageWithFacts[],
): Promise<void> {
  await insertTrailers(
    transaction,
    messages.map(({ id, facts }) => ({ id, trailers: trailerFacts(facts) })),
  );
  await insertDependencies(
    transaction,
    messages.map(({ id, facts }) => ({ id, dependencies: dependencies(facts.trailers) })),
  );
}

/** Writes those of a message whose facts are read from another copy from now on. */
export async function replaceTrailers(
  transaction: Transaction,
  message: MessageWithFacts,
): Promise<void> {
  await deleteTrailers(transaction, message.id);
  await deleteDependencies(transaction, message.id);
  await writeTrailers(transaction, [message]);
}
