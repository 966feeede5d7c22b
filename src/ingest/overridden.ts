import type { StorableFacts } from '../message/storable-facts.ts';
import type { Queryable } from '../store/database.ts';
import { loadOverridesOf } from '../store/overrides.ts';
import type { Override } from '../store/overrides.ts';
import type { NodeId } from '../thread/known-message.ts';
import type { ReferenceLink } from './join-threads.ts';

/** What operators said of the messages of a batch. */
export interface BatchOverrides {
  /** What a message refers to: nothing where it is unlinked. */
  readonly referencesOf: (facts: StorableFacts) => readonly string[];
  readonly mergedWith: (facts: StorableFacts) => string | null;
  readonly isSplit: (facts: StorableFacts) => boolean;
  /** The list that a message is moved to; null where the rules decide. */
  readonly listOf: (facts: StorableFacts) => string | null;
}

export async function loadBatchOverrides(
  queryable: Queryable,
  facts: readonly StorableFacts[],
): Promise<BatchOverrides> {
  const overrides = await loadOverridesOf(
    queryable,
    facts.map((one) => one.messageId),
  );
  const byKind = new Map(overrides.map((one) => [`${one.kind} ${one.messageId}`, one]));
  const find = (kind: Override['kind'], { messageId }: StorableFacts): Override | null =>
    byKind.get(`${kind} ${messageId}`) ?? null;
  return {
    referencesOf: (one) => (find('unlink', one) === null ? one.references : []),
    mergedWith: (one) => find('merge', one)?.otherMessageId ?? null,
    isSplit: (one) => find('split', one) !== null,
    listOf: (one) => find('move', one)?.listId ?? null,
  };
}

/** The message-ids that must have nodes: each message with what it refers to, and alone what it is merged with. */
export function linksOf(
  facts: readonly StorableFacts[],
  overrides: BatchOverrides,
): ReferenceLink[] {
  return facts.flatMap((one) => {
    const other = overrides.mergedWith(one);
    const link = [one.messageId, ...overrides.referencesOf(one)];
    return other === null ? [link] : [link, [other]];
  });
}

/** The parts of a stored message that overrides have a say on. */
export function overriddenParts(
  facts: StorableFacts,
  overrides: BatchOverrides,
  nodeOf: (messageId: string) => NodeId,
): { references: NodeId[]; mergedWith: NodeId | null; isSplit: boolean } {
  const other = overrides.mergedWith(facts);
  return {
    references: overrides.referencesOf(facts).map(nodeOf),
    mergedWith: other === null ? null : nodeOf(other),
    isSplit: overrides.isSplit(facts),
  };
}
