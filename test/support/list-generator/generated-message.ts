import type { MessageRole } from '../../../src/message/message-facts.ts';

/** A raw message as a list sends it, with what is true of it once all messages of its list are known. */
export interface GeneratedMessage {
  readonly raw: Buffer;
  readonly truth: MessageTruth;
}

/** Message-ids stand in angle brackets. */
export interface MessageTruth {
  /** null: the message has none. */
  readonly messageId: string | null;
  /** False when another message has the same Message-ID and an earlier date. */
  readonly isFirst: boolean;
  readonly role: MessageRole;
  /** The nearest message before it in the thread that is on the list. */
  readonly parent: string | null;
  /** What a discussion message comments on. */
  readonly target: string | null;
  /** One object for all members of a series. */
  readonly series: SeriesTruth | null;
  /** Name of the shape that it is part of: "revision-parallel". */
  readonly shape: string;
}

/** A posting, as far as its messages are on the list. */
export interface SeriesTruth {
  /** By number, the cover letter first. */
  readonly members: readonly { readonly messageId: string | null; readonly number: number }[];
  /** null where the messages that are on the list do not tell it. */
  readonly version: number | null;
  readonly total: number;
  readonly isComplete: boolean;
  /** Message-id of the cover letter. */
  readonly cover: string | null;
  /** The posting that this one is the next version of. */
  readonly revises: SeriesTruth | null;
  /** Whether its messages tell that it is one posting; false: a reader could only guess. */
  readonly isUnambiguous: boolean;
}
