import { createHash } from 'node:crypto';
import { countOf, textOf, type ArchiveMark } from './archive-part.ts';
import type { SeparatorKind } from './mbox-separator.ts';
import type { ArchiveRecord } from './mbox-splitter.ts';

/** The first bytes of an unpacked mbox: another file in its place is known by them. */
export interface MboxHead {
  readonly byteCount: number;
  /** Hex. */
  readonly sha256: string;
}

/** The last message that was read of an mbox. It is looked at again, as it may have been cut short. */
export interface MboxMark {
  readonly head: MboxHead;
  readonly firstKind: SeparatorKind;
  /** Of the message's separator. */
  readonly offset: number;
  /** Octets of the message; null: it was over the size limit. */
  readonly byteCount: number | null;
  /** Hex, of the message; empty where it was over the size limit. */
  readonly sha256: string;
}

/** Bytes that a head has at most. */
export const maxHeadBytes = 4_096;

export function mboxHead(firstBytes: Buffer): MboxHead {
  return { byteCount: firstBytes.length, sha256: sha256Of(firstBytes) };
}

/** The mark after a message. */
export function markAfter(
  record: ArchiveRecord,
  head: MboxHead,
  firstKind: SeparatorKind,
): ArchiveMark {
  return {
    format: 'mbox',
    headByteCount: head.byteCount,
    headSha256: head.sha256,
    firstKind,
    offset: record.offset,
    byteCount: record.raw?.length ?? null,
    sha256: record.raw === null ? '' : sha256Of(record.raw),
  };
}

/** A mark as it was made; null where it is of another format, or damaged. */
export function mboxMark(mark: ArchiveMark | null): MboxMark | null {
  if (mark?.format !== 'mbox') return null;
  const [headByteCount, offset] = [countOf(mark['headByteCount']), countOf(mark['offset'])];
  const [headSha256, sha256] = [textOf(mark['headSha256']), textOf(mark['sha256'])];
  const firstKind = mark['firstKind'];
  if (headByteCount === null || offset === null || headSha256 === null || sha256 === null) {
    return null;
  }
  if (firstKind !== 'sender' && firstKind !== 'commit') return null;
  const head = { byteCount: Math.min(headByteCount, maxHeadBytes), sha256: headSha256 };
  return { head, firstKind, offset, byteCount: countOf(mark['byteCount']), sha256 };
}

/**
 * What the message at a mark's place is: the same as then, grown because its end had not been written then, or another,
 * and then the file is another as well.
 */
export function standingOf(record: ArchiveRecord, mark: MboxMark): 'same' | 'grown' | 'other' {
  if (record.offset !== mark.offset) return 'other';
  if (record.raw === null) return mark.byteCount === null ? 'same' : 'grown';
  if (mark.byteCount === null || record.raw.length < mark.byteCount) return 'other';
  if (sha256Of(record.raw.subarray(0, mark.byteCount)) !== mark.sha256) return 'other';
  return record.raw.length === mark.byteCount ? 'same' : 'grown';
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
