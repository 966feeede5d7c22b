import type { SeededRandom } from '../seeded-random.ts';
import type { Author } from './author.ts';
import type { Draft } from './draft.ts';
import type { Posting } from './posting.ts';

/** The list as its messages show it. */
export interface ListFrame {
  /** "gauge-devel.lists.example" */
  readonly listId: string;
  /** "gauge-devel@lists.example" */
  readonly address: string;
  /** "[gauge-devel] ", or "" where the list leaves subjects alone. */
  readonly subjectTag: string;
}

/** What becomes one thread, or a few that hang together; no message of one topic names one of another. */
export interface Topic {
  readonly number: number;
  readonly shape: string;
  readonly random: SeededRandom;
  readonly list: ListFrame;
  /** Somebody who posts nothing else meanwhile, so that dates tell the postings apart. */
  readonly takePoster: () => Author;
  /** Anybody. */
  readonly someone: () => Author;
  readonly drafts: Draft[];
  readonly postings: Posting[];
  /** Drafts that never come to the list. */
  readonly lost: Set<Draft>;
  /** Set by a shape of which nothing may get lost: what is left would tell another story. */
  isLossless: boolean;
  /** When the next posting is sent. */
  clockMs: number;
}

const maxReferences = 20;

/** Adds a draft; long References are shortened to the first and the last of them. */
export function addDraft(
  topic: Topic,
  draft: Pick<Draft, 'author' | 'sentMs' | 'messageId' | 'subject' | 'role' | 'text'> &
    Partial<Draft>,
): Draft {
  const added: Draft = {
    serial: topic.drafts.length + 1,
    hasMessageId: true,
    hasDate: true,
    inReplyTo: null,
    relay: 1,
    detourMs: 0,
    textSeed: topic.random.below(0x7fffffff),
    ...draft,
    references: shortened(draft.references ?? []),
  };
  topic.drafts.push(added);
  return added;
}

function shortened(references: readonly string[]): readonly string[] {
  if (references.length <= maxReferences) return references;
  return [references[0]!, ...references.slice(1 - maxReferences)];
}
