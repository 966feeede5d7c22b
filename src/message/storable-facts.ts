import { dependencies } from './dependencies.ts';
import type { Dependency } from './dependencies.ts';
import { mailHints } from './mail-hints.ts';
import type { MailHints } from './mail-hints.ts';
import type { MessageFacts } from './message-facts.ts';
import { packTexts } from './packed-texts.ts';
import type { PackedTexts } from './packed-texts.ts';
import { revisionHints } from './revision-hints.ts';
import type { RevisionHints } from './revision-hints.ts';
import { trailerFacts } from './trailer-facts.ts';
import type { TrailerFact } from './trailer-facts.ts';

/** The facts that are only stored and read by nobody on the way. */
type TextFact = 'headers' | 'content' | 'diff' | 'diffFiles' | 'trailers';

/**
 * Facts of a message in the form in which they go into the database: its texts as bytes, and beside them all that indexing
 * asks of the texts. Smaller by far than MessageFacts, and cheap to hand from thread to thread.
 */
export interface StorableFacts extends Omit<MessageFacts, TextFact> {
  /** By place: headers ([["Subject", "…"], …]), content, diff, diffFiles and trailers; as JSON but content and diff. */
  readonly texts: PackedTexts;
  readonly trailerFacts: readonly TrailerFact[];
  readonly dependencies: readonly Dependency[];
  readonly revisionHints: RevisionHints;
  readonly mailHints: MailHints;
}

/** Prepares facts to be stored. Linear. */
export function storableFacts(facts: MessageFacts): StorableFacts {
  const { headers, content, diff, diffFiles, trailers, ...others } = facts;
  return {
    ...others,
    texts: packTexts([
      JSON.stringify(headers.map(({ name, value }) => [name, value])),
      content,
      diff,
      JSON.stringify(diffFiles),
      JSON.stringify(trailers),
    ]),
    trailerFacts: trailerFacts(facts),
    dependencies: dependencies(trailers),
    revisionHints: revisionHints(facts),
    mailHints: mailHints(headers),
  };
}
