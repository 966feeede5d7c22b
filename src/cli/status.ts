import { readStatus } from '../store/status.ts';
import type { Status, WebhookCounts } from '../store/status.ts';
import { print, tableText } from './output.ts';
import { withSite } from './with-site.ts';

/** Prints whether mail comes in, whether it is indexed, and what is stuck. */
export async function status(options: { readonly json?: boolean }): Promise<void> {
  await withSite(async ({ database }) => {
    const now = await readStatus(database);
    await print(options.json === true ? `${JSON.stringify(now)}\n` : statusText(now));
  });
}

function statusText(now: Status): string {
  const { deliveries, lastReceivedAt, oldestWaitingSeconds, lists, webhooks } = now;
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
    ['webhooks', webhooksText(webhooks)],
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

function webhooksText({ alive, failing, dead }: WebhookCounts): string {
  if (alive + failing + dead === 0) return 'none';
  return `${alive} alive, ${failing} failing, ${dead} dead`;
}
