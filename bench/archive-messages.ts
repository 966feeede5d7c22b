import type { PartRecord } from '../src/archive/archive-part.ts';
import { archiveParts } from '../src/archive/archive-parts.ts';
import { defaultUnpackLimits } from '../src/archive/decompressed-chunks.ts';

const maxMessageBytes = 25 * 1024 * 1024;

/** All of an archive, as a replay reads it. */
export async function* archiveRecords(archive: string): AsyncGenerator<PartRecord> {
  const { parts } = await archiveParts(archive, { maxMessageBytes, limits: defaultUnpackLimits });
  for (const part of parts) yield* (await part.read(null)).records;
}

/** The messages of an archive; the first `limit` of it, null for all. */
export async function* archiveMessages(
  archive: string,
  limit: number | null,
): AsyncGenerator<Buffer> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const { raw } of archiveRecords(archive)) {
    if (left <= 0) return;
    left -= 1;
    if (raw !== null) yield raw;
  }
}
