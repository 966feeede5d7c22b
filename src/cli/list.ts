import { jobsOf } from '../ingest/sweep.ts';
import { countOutcomes, reopenUnrouted } from '../store/deliveries.ts';
import { addMailingList, loadMailingLists } from '../store/mailing-lists.ts';
import { printLine } from './output.ts';
import { withSite } from './with-site.ts';

/** Adds a list; mail that was kept as unrouted is looked at again. */
export async function addList(listId: string): Promise<void> {
  await withSite(async ({ database, queue }) => {
    await addMailingList(database, listId);
    const reopened = await reopenUnrouted(database);
    if (reopened.length > 0) await queue.add(jobsOf(reopened));
    await printLine(`${listId} added, ${reopened.length} unrouted messages to be looked at again`);
  });
}

/** Prints the List-Id of each list. */
export async function printLists(): Promise<void> {
  await withSite(async ({ database }) => {
    for (const list of await loadMailingLists(database)) await printLine(list.listId);
  });
}

/** Prints how many messages no list takes. */
export async function printUnrouted(): Promise<void> {
  await withSite(async ({ database }) => {
    const { unrouted } = await countOutcomes(database, null);
    await printLine(String(unrouted));
  });
}
