import { overrideRules, withdrawOverride } from '../ingest/override-rules.ts';
import { openParser } from '../ingest/parser.ts';
import { jobsOf } from '../ingest/sweep.ts';
import type { OverrideOptions } from '../ingest/override-rules.ts';
import { loadOverrides } from '../store/overrides.ts';
import type { Override } from '../store/overrides.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { print, printLine, tableText } from './output.ts';
import { withSite } from './with-site.ts';

/** `messageId` belongs to the series of `otherMessageId`. */
export async function mergeSeries(messageId: string, otherMessageId: string): Promise<void> {
  await say({ kind: 'merge', messageId, otherMessageId, listId: null });
}

/** `messageId` is a series of its own. */
export async function splitSeries(messageId: string): Promise<void> {
  await say({ kind: 'split', messageId, otherMessageId: null, listId: null });
}

/** What `messageId` refers to does not count. */
export async function unlinkMessage(messageId: string): Promise<void> {
  await say({ kind: 'unlink', messageId, otherMessageId: null, listId: null });
}

/** `messageId` belongs to another list. */
export async function moveMessage(messageId: string, listId: string): Promise<void> {
  await say({ kind: 'move', messageId, otherMessageId: null, listId });
}

async function say(override: Override): Promise<void> {
  await rederive(async (options) => overrideRules(options, override));
}

/** Takes the override with that id back. */
export async function removeOverride(id: number): Promise<void> {
  await rederive(async (options) => {
    const reopened = await withdrawOverride(options, id);
    if (reopened === null) throw new CommandError(exitCode.dataError, `no override ${id}`);
    return reopened;
  });
}

async function rederive(work: (options: OverrideOptions) => Promise<number[]>): Promise<void> {
  await withSite(async ({ database, queue }) => {
    const parser = openParser();
    try {
      const reopened = await work({ database, parse: parser.parse });
      if (reopened.length > 0) await queue.add(jobsOf(reopened));
      await printLine(`derived anew, ${reopened.length} deliveries to be indexed again`);
    } finally {
      await parser.close();
    }
  });
}

/** Prints all overrides. */
export async function printOverrides(): Promise<void> {
  await withSite(async ({ database }) => {
    const overrides = await loadOverrides(database);
    const rows = overrides.map(({ id, kind, messageId, otherMessageId, listId }) => [
      String(id),
      kind,
      messageId,
      otherMessageId ?? listId ?? '',
    ]);
    await print(tableText([['ID', 'KIND', 'MESSAGE', 'WITH'], ...rows]));
  });
}
