import type { UnpackLimits } from './decompressed-chunks.ts';

/** Where reading had come to, as JSON that only the reader of its format understands. */
export type ArchiveMark = Readonly<Record<string, unknown>> & { readonly format: string };

/** A message of an archive. */
export interface PartRecord {
  /** null: over the size limit, its bytes were dropped. */
  readonly raw: Buffer | null;
  /** File or repository that it stands in: "ltp.mbox", "ltp/1.git". */
  readonly origin: string;
  /** In its origin: octets before it in an unpacked mbox; messages before it in a Maildir or repository. */
  readonly position: number;
  /** Where reading goes on after this message. */
  readonly mark: () => ArchiveMark;
}

/** A part that is being read. */
export interface PartReading {
  /** Whether it goes on after the mark that was given; false where there was none, or it fits no more. */
  readonly isResumed: boolean;
  /** Throws ArchiveError where the part cannot be read further. */
  readonly records: AsyncIterable<PartRecord>;
  /** Share of the part that was read, 0 to 1; null where its size is unknown. */
  readonly shareRead: () => number | null;
}

/** What is read by itself, and goes on by itself after a stop: an mbox file, a Maildir, a public-inbox. */
export interface ArchivePart {
  /** As the operator knows it: "archives/ltp.mbox", "standard input". */
  readonly path: string;
  /** "ltp.mbox", "archives/2024/ltp.mbox": the argument's last name and what is below it. */
  readonly name: string;
  /** Absolute path without symlinks; null where reading cannot go on after a stop, as for a pipe. */
  readonly identity: string | null;
  readonly read: (mark: ArchiveMark | null) => Promise<PartReading>;
}

export interface ReadOptions {
  readonly maxMessageBytes: number;
  readonly limits: UnpackLimits;
}

/** A mark's field that must be text; null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A mark's field that must be a whole number from 0; null for anything else. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
