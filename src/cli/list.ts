import { jobsOf } from '../ingest/sweep.ts';
import { countOutcomes, reopenUnrouted } from '../store/deliveries.ts';
import { addMailingList, loadMailingLists } from '../store/mailing-lists.ts';
import { findMailingList, updateProject } from '../store/projects.ts';
import type { ProjectChange } from '../store/projects.ts';
import { sqlState } from '../store/database-errors.ts';
import { CommandError, exitCode } from './exit-code.ts';
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

const uniqueViolation = '23505';

/** Changes what is shown of a list; exit 65 when there is no such list or the link name is another's. */
export async function setList(name: string, change: ProjectChange): Promise<void> {
  await withSite(async ({ database }) => {
    const list = await findMailingList(database, name);
    if (list === null) throw new CommandError(exitCode.dataError, `no list ${name}`);
    try {
      await updateProject(database, list.id, change);
    } catch (error) {
      if (sqlState(error) !== uniqueViolation) throw error;
      const problem = `another list has the link name ${change.linkName}`;
      throw new CommandError(exitCode.dataError, problem);
    }
    await printLine(`${list.listId} set`);
  });
}
