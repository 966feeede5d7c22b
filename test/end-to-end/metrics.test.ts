import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';
import { needsPromtool, rulesFile } from '../fault/alert-rules.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { readExposition, scrape, valueOf } from '../support/exposition.ts';
import type { Scrape } from '../support/exposition.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { until } from '../support/until.ts';

/** What must be in no metric and no line of the log. */
const secret = 'vermilion';

const patch = sampleMail({
  id: 'a1',
  subject: `[PATCH] ${secret}`,
  from: `${secret} <${secret}@brook.example>`,
  minute: null,
  body: patchText(secret),
});

const hostile = sampleMail({
  id: 'a2"}\\u001b[2J',
  subject: 'a\u001b]0;b',
  listId: null,
});

/** Scrapes until a series has a value: numbers of workers come half a second late, those of the database 5 s. */
async function scrapedWith(address: string, series: string, value: number): Promise<Scrape> {
  let scraped: Scrape = new Map();
  await until(`${series} is ${value}`, async () => {
    scraped = await scrape(address);
    return scraped.get(series) === value;
  });
  return scraped;
}

test('each message is counted on its way, and nothing of its text is in metrics or log', async (context) => {
  const scene = await openScene(context, { LOG_LEVEL: 'debug' });
  const daemon = await scene.serve();
  const { smtpAddress, httpAddress } = daemon;
  await sendAll(smtpAddress, [patch, patch, hostile]);
  assert.match(String(await sendAll(smtpAddress, [patch], 'LHLO')), /^5/);
  await untilIndexed(await scene.database(), 3);
  await scrapedWith(httpAddress, 'patchloom_deliveries_total', 3);
  const unrouted = 'patchloom_deliveries_indexed_total{outcome="unrouted"}';
  const scraped = await scrapedWith(httpAddress, unrouted, 1);
  const count = (series: string): number => valueOf(scraped, `patchloom_${series}`);
  assert.equal(count('messages_accepted_total{source="smtp",duplicate="false"}'), 2);
  assert.equal(count('messages_accepted_total{source="smtp",duplicate="true"}'), 1);
  assert.equal(count('custody_seconds_count'), 3);
  assert.equal(count('parse_seconds_count'), 2);
  assert.equal(count('deliveries_indexed_total{outcome="stored"}'), 1);
  assert.equal(count('deliveries_indexed_total{outcome="unrouted"}'), 1);
  assert.equal(count('messages_flagged_total{flag="date-missing"}'), 1);
  assert.equal(count('series_regroup_submissions_count'), 1);
  assert.equal(count('deliveries_total'), 3);
  assert.ok([...scraped.keys()].some((name) => /smtp_refusals_total.*code="5/.test(name)));
  assert.equal(count('buffered_bytes'), 0);
  assert.equal(count('worker_processes'), 1);
  const text = await (await fetch(`http://${httpAddress}/metrics`)).text();
  assert.doesNotMatch(text, /vermilion|brook|a1@/);
  await daemon.stop();
  assertLog(daemon.process.log);
});

/** One JSON object a line, whatever a Message-ID holds. */
function assertLog(log: string): void {
  assert.doesNotMatch(log, new RegExp(secret));
  assert.doesNotMatch(log, /\u001b/);
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const about = (msg: string) => lines.filter((line) => line.msg === msg);
  assert.deepEqual(
    about('accepted').map(({ delivery, messageId, stage }) => [delivery, messageId, stage]),
    [
      [1, '<a1@brook.example>', 'accept'],
      [2, '<a1@brook.example>', 'accept'],
      [3, '<a2"}\\u001b[2J@brook.example>', 'accept'],
    ],
  );
  assert.deepEqual(
    about('indexed').map(({ delivery, messageId, outcome }) => [delivery, messageId, outcome]),
    [
      [1, '<a1@brook.example>', 'stored'],
      [3, '<a2"}\\u001b[2J@brook.example>', 'unrouted'],
    ],
  );
  for (const { sha256 } of [...about('accepted'), ...about('indexed')]) {
    assert.match(sha256, /^[0-9a-f]{12}$/);
  }
}

test('METRICS_ADDRESS takes /metrics away from the API, off takes it away from everywhere', async (context) => {
  const scene = await openScene(context, { SMTP_ADDRESS: 'off', LMTP_ADDRESS: 'off' });
  const own = scene.start(['api'], { environment: { METRICS_ADDRESS: '127.0.0.1:0' } });
  const [, http = '', metrics = ''] =
    / http=(\S+) metrics=(\S+)$/.exec(await own.firstLine()) ?? [];
  const status = async (address: string, path: string): Promise<number> =>
    (await fetch(`http://${address}${path}`)).status;
  assert.equal(await status(http, '/metrics'), 404);
  assert.equal(await status(http, '/readyz'), 200);
  assert.equal(await status(metrics, '/metrics'), 200);
  assert.equal(await status(metrics, '/readyz'), 200);
  assert.equal(await status(metrics, '/api/'), 404);
  const off = scene.start(['api'], { environment: { METRICS_ADDRESS: 'off' } });
  const [, address = ''] = / http=(\S+)$/.exec(await off.firstLine()) ?? [];
  assert.equal(await status(address, '/metrics'), 404);
});

test('the alert rules and the dashboard name only metrics that are there', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const response = await fetch(`http://${daemon.httpAddress}/metrics`);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
  const dashboard = readFileSync(join(packageRoot, 'docs', 'deploy', 'grafana.json'), 'utf8');
  const named = `${readFileSync(rulesFile, 'utf8')}${dashboard}`.match(
    /\b(patchloom|process|nodejs)_[a-z0-9_]+/g,
  );
  const missing = (named ?? []).filter(
    (name) => !known.has(name) && !known.has(name.replace(/_bucket$/, '')),
  );
  assert.deepEqual(missing, []);
  assert.ok(readExposition(text).size > 50);
  await daemon.stop();
});

test(
  'promtool finds nothing wrong with what a daemon says',
  { skip: needsPromtool },
  async (context) => {
    const scene = await openScene(context);
    const daemon = await scene.serve();
    const input = await (await fetch(`http://${daemon.httpAddress}/metrics`)).text();
    const run = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    assert.equal(`${run.status} ${run.stdout}${run.stderr}`, '0 ');
    await daemon.stop();
  },
);
