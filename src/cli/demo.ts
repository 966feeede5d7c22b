import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { readMbox } from '../archive/read-mbox.ts';
import { readConfig } from '../config.ts';
import { startDaemon } from '../daemon.ts';
import { openLog } from '../log.ts';
import { packageRoot } from '../package-root.ts';
import { openSite } from '../site.ts';
import { countOutcomes } from '../store/deliveries.ts';
import type { Database } from '../store/database.ts';
import { explanationText } from './explain.ts';
import { print, printLine, tableText } from './output.ts';

const sampleList = join(packageRoot, 'src', 'demo', 'sample-list.mbox');

/** The message that the demo explains: a patch of a second version. */
const explainedMessage = '<20260303080000.5099-2-ada@brook.example>';

/** Everything is indexed well within this; longer means that something is broken. */
const indexingDeadlineMs = 30_000;

/**
 * Starts everything in a fresh data folder on free ports, sends the sample list over SMTP, shows what became of it, and
 * goes on until SIGINT or SIGTERM, or with `once` stops there. The data folder is removed at the end.
 */
export async function demo(options: { readonly once?: boolean }): Promise<void> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'patchloom-demo-'));
  // As root, the database runs under an unprivileged user, who must be able to reach its own folder in here.
  await chmod(dataFolder, 0o755);
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  try {
    await showSampleList(dataFolder, options.once === true ? Promise.resolve() : stopped);
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function showSampleList(dataFolder: string, ended: Promise<unknown>): Promise<void> {
  const config = readConfig({
    PATCHLOOM_DATA: dataFolder,
    SMTP_ADDRESS: '127.0.0.1:0',
    LMTP_ADDRESS: '127.0.0.1:0',
    HTTP_ADDRESS: '127.0.0.1:0',
  });
  const log = openLog('demo');
  log.level = 'warn';
  const daemon = await startDaemon(config, new Set(['smtp', 'worker', 'http']), log);
  try {
    await printLine(daemon.readyLine);
    const site = await openSite(config, log);
    try {
      const sentCount = await sendSampleList(daemon.smtpAddress, config.maxMessageBytes);
      await printLine(`${sentCount} messages sent to ${daemon.smtpAddress}`);
      await untilIndexed(site.database, sentCount);
      await printSeries(site.database);
      await print(`\n${await explanationText(site.database, explainedMessage)}`);
    } finally {
      await site.close();
    }
    await printAnswer(`http://${daemon.httpAddress}/api/patches/?msgid=${bare(explainedMessage)}`);
    await ended;
  } finally {
    await daemon.stop();
  }
}

/** What Patchwork's clients read over HTTP. */
async function printAnswer(url: string): Promise<void> {
  const response = await fetch(url);
  const answer: unknown = await response.json();
  await print(`\nGET ${url}\n${JSON.stringify(answer, null, 2)}\n`);
}

function bare(messageId: string): string {
  return messageId.replace(/^<|>$/g, '');
}

async function sendSampleList(smtpAddress: string, maxMessageBytes: number): Promise<number> {
  const [host, port] = smtpAddress.split(':');
  const transport = createTransport({ host, port: Number(port), pool: true, ignoreTLS: true });
  const envelope = { from: 'tide-devel-bounces@lists.example', to: 'tide-devel@lists.example' };
  let count = 0;
  for await (const { raw } of readMbox(sampleList, { maxMessageBytes })) {
    if (raw === null) continue;
    await transport.sendMail({ envelope, raw });
    count += 1;
  }
  transport.close();
  return count;
}

async function untilIndexed(database: Database, count: number): Promise<void> {
  const deadline = performance.now() + indexingDeadlineMs;
  for (;;) {
    const { waiting, stored } = await countOutcomes(database, 'smtp');
    if (waiting === 0 && stored === count) return;
    if (performance.now() > deadline) throw new Error(`${waiting} messages are not indexed`);
    await delay(50);
  }
}

async function printSeries(database: Database): Promise<void> {
  const { rows } = await database.query(
    `SELECT s.name, s.version, s.patch_count, s.total, s.is_complete, s.submitter_name,
            (SELECT count(*) FROM api.comment c WHERE c.series_id = s.id) AS comment_count
     FROM api.series s ORDER BY s.date, s.message_id`,
  );
  const table = rows.map((row) => [
    row.name ?? '(no name yet)',
    `v${row.version}`,
    `${row.patch_count}/${row.total}`,
    row.is_complete ? 'complete' : 'incomplete',
    String(row.comment_count),
    row.submitter_name,
  ]);
  const heading = ['SERIES', 'VERSION', 'PATCHES', 'STATE', 'COMMENTS', 'SUBMITTER'];
  await print(`\n${tableText([heading, ...table])}`);
}
