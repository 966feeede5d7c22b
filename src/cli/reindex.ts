import { openParser } from '../ingest/parser.ts';
import { reindexList } from '../ingest/reindex.ts';
import { loadMailingLists } from '../store/mailing-lists.ts';
import type { ResultChange } from '../store/reindex.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { printLine } from './output.ts';
import { withSite } from './with-site.ts';

export interface ReindexCommandOptions {
  readonly dryRun?: boolean;
  readonly listId?: string;
}

/** Reindexes one list or all; a line for each message whose result changed, and a summary for each list. */
export async function reindex({ dryRun, listId }: ReindexCommandOptions): Promise<void> {
  await withSite(async ({ database }) => {
    const lists = (await loadMailingLists(database)).filter(
      (list) => listId === undefined || list.listId === listId,
    );
    if (lists.length === 0) throw new CommandError(exitCode.noUser, 'no such list');
    const parser = openParser();
    try {
      const options = { database, parse: parser.parse, isDryRun: dryRun === true };
      for (const list of lists) {
        const { messageCount, changes } = await reindexList(options, list);
        for (const change of changes) await printLine(changeLine(list.listId, change));
        await printLine(`${list.listId}: ${messageCount} messages, ${changes.length} changed`);
      }
    } finally {
      await parser.close();
    }
  });
}

/** One JSON object: what of the message's result changed, [before, after] a field; null for a message that is not there. */
function changeLine(listId: string, { messageId, before, after }: ResultChange): string {
  const names = Object.keys(before ?? after ?? {});
  const changed = names
    .filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
    .map((name) => [name, [before?.[name] ?? null, after?.[name] ?? null]]);
  return JSON.stringify({
    list_id: listId,
    message_id: messageId,
    changed: Object.fromEntries(changed),
  });
}
