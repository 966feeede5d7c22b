import assert from 'node:assert/strict';
import { placeMessages } from '../../../src/ingest/place-messages.ts';
import type { Place } from '../../../src/ingest/place-messages.ts';
import type { MessageFacts } from '../../../src/message/message-facts.ts';
import type { Placeable } from '../../../src/series/submission.ts';
import type { NodeId } from '../../../src/thread/known-message.ts';

/** Facts of one message as the functions that place it take them. */
export type PlaceableFacts = Placeable & { readonly facts: MessageFacts };

/** The place that each message of a list has when all are placed at once; copies of one message share theirs. */
export function placedList(
  list: readonly MessageFacts[],
): Map<MessageFacts, Place<PlaceableFacts>> {
  const nodes = new Map<string, NodeId>();
  const nodeOf = (messageId: string): NodeId => {
    const node = nodes.get(messageId) ?? nodes.size;
    assertNode(node);
    nodes.set(messageId, node);
    return node;
  };
  const byIdentity = new Map<string, PlaceableFacts>();
  for (const facts of list) {
    const identity = identityOf(facts);
    if (!byIdentity.has(identity)) byIdentity.set(identity, placeable(facts, nodeOf));
  }
  const { placeOf } = placeMessages([...byIdentity.values()]);
  return new Map(list.map((facts) => [facts, placeOf.get(byIdentity.get(identityOf(facts))!)!]));
}

function assertNode(number: number): asserts number is NodeId {
  assert.ok(Number.isSafeInteger(number));
}

function identityOf({ messageId, contentKey }: MessageFacts): string {
  return `${messageId} ${contentKey}`;
}

function placeable(facts: MessageFacts, nodeOf: (messageId: string) => NodeId): PlaceableFacts {
  return {
    facts,
    node: nodeOf(facts.messageId),
    messageId: facts.messageId,
    contentKey: facts.contentKey,
    references: facts.references.map(nodeOf),
    date: facts.date,
    role: facts.role,
    name: facts.name,
    prefixes: facts.prefixes,
    version: facts.version,
    versionInferred: facts.versionInferred,
    number: facts.number,
    total: facts.total,
    submitterEmail: facts.submitter.email,
  };
}
