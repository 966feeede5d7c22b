import { readPatchworkSite } from '../archive/patchwork-source.ts';
import { importSite } from '../ingest/import-site.ts';
import type { ImportReport } from '../ingest/import-site.ts';
import { sqlState } from '../store/database-errors.ts';
import { countOthers } from '../store/import/others.ts';
import type { Database } from '../store/database.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { printLine } from './output.ts';
import { withDatabase } from './with-database.ts';
import { migrate } from '../store/migrate.ts';

/** Takes over a Patchwork site; prints what was not kept, then a summary. Exit 65 when the source cannot be read. */
export async function importPatchwork(source: string): Promise<void> {
  const report = await withDatabase(async (database) => {
    await migrate(database);
    await requireAlone(database);
    return importInto(database, source);
  });
  for (const note of report.notes) await printLine(`note: ${note}`);
  await printLine(summaryOf(report));
}

/** Ids of lists and people may change: a daemon would go on with the former ones. */
async function requireAlone(database: Database): Promise<void> {
  const count = await countOthers(database);
  if (count === 0) return;
  const advice = `${count} connections of a running Patchloom: stop it first, mail waits at the MTA`;
  throw new CommandError(exitCode.temporaryFailure, advice);
}

async function importInto(database: Database, source: string): Promise<ImportReport> {
  try {
    return await importSite(database, readPatchworkSite(source));
  } catch (error) {
    // Class 22: a number or time of the source that no column takes.
    if (sqlState(error)?.startsWith('22') !== true) throw error;
    throw new CommandError(exitCode.dataError, `${source}: a value that cannot be stored`, error);
  }
}

const namedCounts = [
  ['projects', 'project'],
  ['users', 'user'],
  ['people', 'person'],
  ['states', 'state'],
  ['patches', 'patch'],
  ['covers', 'cover'],
  ['comments', 'comment'],
  ['series', 'series'],
  ['checks', 'check'],
  ['bundles', 'bundle'],
] as const;

/** "imported 2 projects, 5 users, …" */
function summaryOf({ counts }: ImportReport): string {
  const parts = namedCounts.map(([name, table]) => `${counts.get(table) ?? 0} ${name}`);
  return `imported ${parts.join(', ')}`;
}
