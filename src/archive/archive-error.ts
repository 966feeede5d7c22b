/** Why an archive could not be read: the file or pipe failed, its compression is damaged or a bomb, its content is of no known form, or the tool that unpacks it is missing. */
export type ArchiveErrorReason =
  'unreadable' | 'damaged' | 'too-compressed' | 'unknown-format' | 'tool-missing';

/**
 * An archive that cannot be read (further). `offset` counts the decompressed bytes that were read
 * before the trouble; messages that end before it were yielded.
 */
export class ArchiveError extends Error {
  readonly reason: ArchiveErrorReason;
  readonly path: string;
  readonly offset: number;

  constructor(
    reason: ArchiveErrorReason,
    where: { readonly path: string; readonly offset: number },
    advice: string,
    cause?: unknown,
  ) {
    super(`${where.path} at offset ${where.offset}: ${advice}`, { cause });
    this.name = 'ArchiveError';
    this.reason = reason;
    this.path = where.path;
    this.offset = where.offset;
  }
}
