import type { MessageRole } from '../../../src/message/message-facts.ts';
import type { Author } from './author.ts';
import type { Work, WorkPatch } from './work.ts';

/** A message before its bytes are written. */
export interface Draft {
  /** Counts the drafts of a topic from 1, in the order in which they were thought of. */
  readonly serial: number;
  readonly author: Author;
  /** By a true clock; Date says what the author's clock says. */
  readonly sentMs: number;
  /** In angle brackets; not written where `hasMessageId` is false. */
  readonly messageId: string;
  readonly hasMessageId: boolean;
  readonly hasDate: boolean;
  readonly inReplyTo: string | null;
  /** Oldest first. */
  readonly references: readonly string[];
  readonly subject: string;
  readonly role: MessageRole;
  readonly text: DraftText;
  readonly textSeed: number;
  /** Counts the ways by which one message came. */
  readonly relay: number;
  /** What that way takes longer than the first. */
  readonly detourMs: number;
}

export type DraftText =
  | { readonly kind: 'patch'; readonly patch: WorkPatch; readonly version: number }
  | { readonly kind: 'cover'; readonly work: Work; readonly version: number }
  | { readonly kind: 'pull'; readonly work: Work }
  | { readonly kind: 'reply'; readonly answered: Draft }
  | { readonly kind: 'talk' };

/** Message-ids that a message names, the closest first. */
export function namedAncestors(draft: Draft): string[] {
  const references = draft.references.toReversed();
  if (draft.inReplyTo === null) return references;
  return [draft.inReplyTo, ...references.filter((id) => id !== draft.inReplyTo)];
}

/** What References of an answer begin with: all that the answered message names, and itself. */
export function lineage(draft: Draft): string[] {
  return [...namedAncestors(draft).toReversed(), draft.messageId];
}
