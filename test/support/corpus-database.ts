import { join } from 'node:path';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { packageRoot } from '../../src/package-root.ts';
import type { Database } from '../../src/store/database.ts';
import { corpusArchive } from './corpus.ts';
import { storeAll } from './index-mail.ts';

/** Recorded answers of a Patchwork that holds the first 3,000 messages of the corpus. */
export const apiSamples = join(packageRoot, '..', 'shared', 'reference', 'api-samples');

const messagesPerBatch = 200;

/** Indexes the first messages of the corpus; their list is described as in the recorded answers. */
export async function storeCorpus(database: Database, messageCount: number): Promise<void> {
  await database.query(
    `INSERT INTO patchloom.mailing_list (list_id, web_url, scm_url, webscm_url, list_archive_url,
       list_archive_url_format, commit_url_format)
     VALUES ('ltp.lists.linux.it', 'https://linux-test-project.github.io/',
       'https://github.com/linux-test-project/ltp.git', 'https://github.com/linux-test-project/ltp',
       'https://lore.kernel.org/ltp/', 'https://lore.kernel.org/ltp/{}',
       'https://github.com/linux-test-project/ltp/commit/{}')`,
  );
  let batch: Buffer[] = [];
  let storedCount = 0;
  for await (const { raw } of readMbox(corpusArchive, { maxMessageBytes: 26_214_400 })) {
    if (raw === null) continue;
    batch.push(raw);
    if (batch.length < messagesPerBatch && storedCount + batch.length < messageCount) continue;
    await storeAll(database, batch);
    storedCount += batch.length;
    batch = [];
    if (storedCount >= messageCount) break;
  }
  await database.query('ANALYZE');
}
