import { readStatus } from '../store/status.ts';
import type { Status } from '../store/status.ts';
import { print, tableText } from './output.ts';
import { withSite } from './with-site.ts';

/** Prints whether mail comes in, whether it is indexed, and what is stuck. */
export async function status(options: { readonly json?: boolean }): Promise<void> {
  await withSite(async ({ database }) => {
    const now = await readStatus(database);
    await print(options.json === true ? `${JSON.stringify(now)}\n` : statusText(now));
  });
}

function statusText({ deliveries, lastReceivedAt, oldestWaitingSeconds, lists }: Status): string {
  const waiting =
    oldestWaitingSeconds === null
      ? 'none'
      : `${deliveries.waiting}, the oldest for ${Math.round(oldestWaitingSeconds)} s`;
  const heads = [
    ['last message', lastReceivedAt ?? 'none yet'],
    ['waiting', waiting],
    ['stored', String(deliveries.stored)],
    ['duplicate', String(deliveries.duplicate)],
    ['unrouted', String(deliveries.unrouted)],
    ['dead', String(deliveries.dead)],
  ];
  const table = [
    ['LIST', 'MESSAGES', 'PATCHES', 'SERIES', 'COMPLETE', 'LAST DATE'],
    ...lists.map((list) => [
      list.listId,
      String(list.messageCount),
      String(list.patchCount),
      String(list.seriesCount),
      String(list.completeSeriesCount),
      list.lastDate ?? '',
    ]),
  ];
  return `${tableText(heads)}\n${tableText(table)}`;
}
