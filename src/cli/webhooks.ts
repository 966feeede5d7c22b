import { once } from 'node:events';
import { sendWebhooks } from '../webhook-process.ts';
import { printLine } from './output.ts';
import { withSite } from './with-site.ts';

/** Sends events to webhooks until SIGTERM or SIGINT. */
export async function webhooks(): Promise<void> {
  const stop = new AbortController();
  void Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]).then(() => stop.abort());
  await withSite(async (site, log) => {
    await sendWebhooks(site, log, stop.signal, async () => printLine('sending'));
  });
}
