import { rangeDiff } from '../patch/range-diff.ts';
import { exportRevisions, loadRangeDiff } from '../store/revision-export.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { print } from './output.ts';
import { withSite } from './with-site.ts';

/** Prints all revisions as JSON Lines, or the range-diff of one series against its predecessor. */
export async function revisions(options: {
  readonly listId?: string;
  readonly rangeDiff?: string;
}): Promise<void> {
  const listId = options.listId ?? null;
  await withSite(async ({ database }) => {
    if (options.rangeDiff === undefined) {
      await exportRevisions(database, listId, (rows) =>
        print(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
      );
      return;
    }
    const key = options.rangeDiff.startsWith('<') ? options.rangeDiff : `<${options.rangeDiff}>`;
    const pairs = await loadRangeDiff(database, listId, key);
    if (pairs === null) {
      throw new CommandError(exitCode.dataError, `no predecessor of a series ${key} is known`);
    }
    await print(rangeDiff(pairs));
  });
}
