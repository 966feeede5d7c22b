import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readMbox } from '../../src/archive/read-mbox.ts';
import type { TextPart } from '../../src/message/decoded-message.ts';
import { packageRoot } from '../../src/package-root.ts';
import { splitDiff } from '../../src/patch/split-diff.ts';
import { decodeMessage } from '../../src/parsing/decode-message.ts';

const archive = join(packageRoot, '../shared/corpora/ltp-10k.mbox.xz');

/** Reason to skip a test of the corpus; false where it is there. */
export const corpusSkip = existsSync(archive) ? false : `no corpus at ${archive}`;

/** One diff of the corpus, with where its message stands in the archive. */
export interface CorpusDiff {
  readonly messageId: string;
  readonly diff: string;
}

/** All diffs of the corpus, in its order: those in text, replies included, and attached ones. */
export async function* corpusDiffs(): AsyncGenerator<CorpusDiff> {
  for await (const { raw, offset } of readMbox(archive, { maxMessageBytes: 100_000_000 })) {
    if (raw === null) continue;
    const { textParts } = decodeMessage(raw);
    for (const part of textParts) {
      const diff = diffOf(part);
      if (diff !== null) yield { messageId: `message at ${offset}`, diff };
    }
  }
}

/** HTML holds no diff; a patch file that was attached begins with the header of a mail, which splitDiff passes over. */
function diffOf({ contentType, text }: TextPart): string | null {
  return contentType === 'text/html' ? null : splitDiff(text).wholeDiff;
}
