import type { DiffFile } from '../patch/diff-files.ts';
import type { Trailer } from '../patch/trailers.ts';
import type { HeaderField, MessageFlag } from './decoded-message.ts';
import type { MessageId } from './message-id.ts';

/** Name and address of a person; the address is as written, null when none could be read. */
export interface Person {
  readonly name: string | null;
  readonly email: string | null;
}

/**
 * What a message is by its own content. Whether a discussion message is a comment is decided by the thread:
 * only there is it known whether a patch or cover stands among its ancestors.
 */
export type MessageRole = 'patch' | 'pull-request' | 'cover' | 'discussion';

/** Everything that one message says by itself: a pure function of its raw bytes. */
export interface MessageFacts {
  readonly messageId: MessageId;
  /** Closest first: In-Reply-To, then References from the end; no repeats, never the message's own id. */
  readonly references: readonly MessageId[];
  /** List-Id that the header names, null when no header does; with the header it came from. */
  readonly listId: string | null;
  readonly listRule: 'List-Id' | 'X-Mailing-List' | 'X-list' | null;
  /** UTC, seconds: "2017-08-30T08:32:05Z"; null when absent or unreadable (a flag says which). */
  readonly date: string | null;
  /** Decoded, white space collapsed: "[Qemu-devel] [RFC v2 08/33] migration: new postcopy-pause state". */
  readonly subject: string;
  /** Subject with its prefixes made canonical: "[RFC,v2,08/33] migration: new postcopy-pause state". */
  readonly name: string;
  /** ["RFC", "v2", "08/33"] */
  readonly prefixes: readonly string[];
  readonly version: number;
  readonly versionInferred: boolean;
  /** 8 of "08/33"; null when the subject has no series marker. */
  readonly number: number | null;
  readonly total: number | null;
  readonly isReply: boolean;
  readonly role: MessageRole;
  /** Why it got its role: "diff", "pull-request", "number-zero", "reply", "no-diff", "hint-ignore". */
  readonly roleRule: string;
  /** Who sent it: From, with a mailing list's rewriting undone. */
  readonly submitter: Person;
  /** Where the submitter was read: "From", "X-Original-From", "Reply-To", "Cc", "in-body-From". */
  readonly submitterRule: string;
  /** Who wrote the patch, when an in-body From line says so; else null. */
  readonly author: Person | null;
  /** Commit message or comment text, without signature and list footer; null when there is none. */
  readonly content: string | null;
  /** The diff alone, as Patchwork stores it; null when there is none. */
  readonly diff: string | null;
  readonly diffFiles: readonly DiffFile[];
  /** Patchwork's hash of the diff, SHA-1 in hex; null without a diff. */
  readonly patchworkHash: string | null;
  /** `git patch-id --stable`, SHA-1 in hex; null without a diff or when git would print none. */
  readonly patchId: string | null;
  /** "git://host/repository.git tags/name"; null when the text asks for no pull. */
  readonly pullUrl: string | null;
  readonly trailers: readonly Trailer[];
  /** All header fields in order with repeats, as text. */
  readonly headers: readonly HeaderField[];
  /**
   * SHA-256 in hex over what makes the message itself (ids, author, date, subject, body) and not its transport:
   * two copies that came by different ways have the same key.
   */
  readonly contentKey: string;
  readonly flags: readonly MessageFlag[];
}
