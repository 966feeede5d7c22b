import { readMbox } from '../../src/archive/read-mbox.ts';
import { corpusArchive } from '../support/corpus.ts';

/** The first messages of the corpus, raw. */
export async function corpusMessages(count: number): Promise<Buffer[]> {
  const raws: Buffer[] = [];
  for await (const { raw } of readMbox(corpusArchive, { maxMessageBytes: 26_214_400 })) {
    if (raw !== null) raws.push(raw);
    if (raws.length === count) break;
  }
  return raws;
}
