import { archiveParts } from '../../src/archive/archive-parts.ts';
import type { ArchiveMark, ArchivePart, ReadOptions } from '../../src/archive/archive-part.ts';
import { defaultUnpackLimits } from '../../src/archive/decompressed-chunks.ts';

export const readOptions: ReadOptions = {
  maxMessageBytes: 1_000_000,
  limits: defaultUnpackLimits,
};

/** The only archive at a path. */
export async function onlyPart(
  path: string,
  options: ReadOptions = readOptions,
): Promise<ArchivePart> {
  const { parts } = await archiveParts(path, options);
  const [part] = parts;
  if (part === undefined || parts.length > 1)
    throw new Error(`${parts.length} archives at ${path}`);
  return part;
}

/** Messages as text, from a mark on or from the start, up to a count; with the mark after the last. */
export async function messagesOf(
  part: ArchivePart,
  { mark = null, limit = Infinity }: { mark?: ArchiveMark | null; limit?: number } = {},
): Promise<{ texts: string[]; isResumed: boolean; mark: ArchiveMark | null }> {
  const { isResumed, records } = await part.read(mark);
  const texts: string[] = [];
  let last = mark;
  for await (const record of records) {
    texts.push(String(record.raw));
    // As the database gives it back.
    last = JSON.parse(JSON.stringify(record.mark())) as ArchiveMark;
    if (texts.length === limit) break;
  }
  return { texts, isResumed, mark: last };
}
