import { newApiContext } from './api/api-context.ts';
import { renderFeed } from './api/render-feed.ts';
import { startWebhookSender } from './api/send-webhooks.ts';
import type { Config } from './config.ts';
import { seldom } from './log-seldom.ts';
import type { Log } from './log.ts';
import type { Site } from './site.ts';
import { openEventSignal } from './store/event-signal.ts';
import { takeSenderPlace } from './store/sender-place.ts';

/**
 * Sends events to webhooks until `stop` is aborted. One process of a site does at a time: others wait for its place.
 * `onStart` is called when this one has it. Rejects when the database is out of reach at the start, or lost.
 */
export async function sendWebhooks(
  { config, database, databaseUrl }: Site,
  log: Log,
  stop: AbortSignal,
  onStart: () => Promise<void>,
): Promise<void> {
  const place = await takeSenderPlace(databaseUrl, stop);
  if (place === null) return;
  const reportError = seldom((error, repeatCount) =>
    log.error({ err: error, repeatCount }, 'webhooks'),
  );
  const context = newApiContext(database);
  const signal = openEventSignal({ database, databaseUrl, reportError });
  const site = siteOf(config);
  const sender = startWebhookSender({
    database,
    signal,
    render: async (events) => renderFeed(context, site, events),
    reportError,
  });
  try {
    await onStart();
    await aborted(AbortSignal.any([stop, place.lost]));
    if (!stop.aborted) throw new Error('the connection that holds the place of the sender is lost');
  } finally {
    await sender.stop();
    await signal.close();
    await place.leave();
  }
}

/** Where URLs in payloads begin, for no client has called this process. */
function siteOf({ publicUrl, httpAddress }: Config): string {
  return publicUrl ?? `http://${httpAddress ?? 'localhost'}`;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
