import type { ReadSite } from '../patchwork/site-record.ts';
import { inTransaction } from '../store/database.ts';
import type { Database, Transaction } from '../store/database.ts';
import {
  importPeople,
  importProjects,
  importStates,
  importUsers,
} from '../store/import/import-people.ts';
import {
  importBundles,
  importChecks,
  importReservedIds,
  importReview,
} from '../store/import/import-review.ts';
import { settleIds } from '../store/import/settle-ids.ts';
import { countSite, loadNotes } from '../store/import/site-report.ts';
import type { SiteCounts } from '../store/import/site-report.ts';
import { analyzeStaging, createStaging, Staging } from '../store/import/staging.ts';
import { loadMailingLists, lockMailingList } from '../store/mailing-lists.ts';

/** What an import came to. */
export interface ImportReport {
  readonly counts: SiteCounts;
  /** What was not understood or not kept, a line each. */
  readonly notes: readonly string[];
}

/**
 * Takes over a Patchwork site in one transaction: lists, users, people and states at once, what belongs to messages at
 * once where they are indexed and else when they come. What was imported before and is the same in the source stays as it
 * is, whatever people did since. Nothing else may use the database meanwhile. Rejects with the source's error.
 */
export async function importSite(
  database: Database,
  source: AsyncIterable<ReadSite>,
): Promise<ImportReport> {
  return inTransaction(database, async (transaction) => {
    for (const list of await loadMailingLists(transaction)) {
      await lockMailingList(transaction, list);
    }
    await createStaging(transaction);
    const problems = await stageAll(transaction, source);
    await analyzeStaging(transaction);
    await importProjects(transaction);
    await importStates(transaction);
    await importUsers(transaction);
    await importPeople(transaction);
    await importReservedIds(transaction);
    await importReview(transaction);
    await importChecks(transaction);
    await importBundles(transaction);
    await settleIds(transaction);
    const notes = [...problems, ...(await loadNotes(transaction))];
    return { counts: await countSite(transaction), notes };
  });
}

async function stageAll(
  transaction: Transaction,
  source: AsyncIterable<ReadSite>,
): Promise<string[]> {
  const staging = new Staging(transaction);
  const problems = new Map<string, number>();
  const report = (problem: string): void => {
    problems.set(problem, (problems.get(problem) ?? 0) + 1);
  };
  for await (const { records, problem } of source) {
    if (problem !== null) report(problem);
    for (const record of records) {
      if (!(await staging.add(record))) report(`${record.table}: without what tells it apart`);
    }
  }
  await staging.end();
  return [...problems].map(([problem, count]) => `${count} not understood: ${problem}`);
}
