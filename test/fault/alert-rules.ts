import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';
import type { Scrape } from '../support/exposition.ts';

const isCi = process.env['CI'] === 'true';

/** Reason to skip a test that needs Prometheus's own evaluation; false where it is installed. In CI it must be. */
export const needsPromtool =
  isCi || spawnSync('promtool', ['--version']).status === 0 ? false : 'promtool is not installed';

export const rulesFile = join(packageRoot, 'docs', 'deploy', 'alerts.yml');

/** Names of all alerts of the rules file, in its order. */
export function alertNames(): string[] {
  const names = readFileSync(rulesFile, 'utf8').matchAll(/^ +- alert: (\w+)$/gm);
  return [...names].map(([, name = '']) => name);
}

/** What was scraped from a minute on, until the next; null: the process did not answer. */
export interface TimedScrape {
  readonly minute: number;
  readonly scrape: Scrape | null;
}

/**
 * Fails unless exactly the alerts in `expected` fire at `evalMinute`, by promtool's own evaluation of the rules, where
 * Prometheus scraped once a minute and got these values. Those in `tolerated` may.
 */
export function assertFiring(
  scrapes: readonly TimedScrape[],
  evalMinute: number,
  expected: readonly string[],
  tolerated: readonly string[] = [],
): void {
  const unknown = [...expected, ...tolerated].filter((name) => !alertNames().includes(name));
  assert.deepEqual(unknown, [], 'alerts of the rules file');
  const checked = alertNames().filter((name) => !tolerated.includes(name));
  const ruleTest = {
    rule_files: [rulesFile],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: inputSeries(scrapes, evalMinute),
        promql_expr_test: checked.map((name) => ({
          expr: `count by (alertname) (ALERTS{alertname="${name}",alertstate="firing"})`,
          eval_time: `${evalMinute}m`,
          exp_samples: expected.includes(name)
            ? [{ labels: `{alertname="${name}"}`, value: 1 }]
            : [],
        })),
      },
    ],
  };
  const { status, output } = promtool(ruleTest);
  assert.equal(status, 0, output);
}

function promtool(ruleTest: object): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'patchloom-alerts-'));
  try {
    const file = join(folder, 'test.json');
    writeFileSync(file, JSON.stringify(ruleTest));
    const run = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
    return { status: run.status, output: `${run.stdout}${run.stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A series that is gone is marked so, as Prometheus does when a scrape has it no longer. */
function inputSeries(
  scrapes: readonly TimedScrape[],
  evalMinute: number,
): { series: string; values: string }[] {
  const minutes = Array.from({ length: evalMinute + 1 }, (_, minute) => minute);
  const at = (minute: number): Scrape | null =>
    scrapes.findLast((timed) => timed.minute <= minute)?.scrape ?? null;
  const names = new Set(scrapes.flatMap(({ scrape }) => [...(scrape?.keys() ?? [])]));
  const target = 'instance="lists.example:8000",job="patchloom"';
  const up = minutes.map((minute) => (at(minute) === null ? 0 : 1));
  return [
    { series: `up{${target}}`, values: up.join(' ') },
    ...[...names].map((name) => ({
      series: name.endsWith('}') ? `${name.slice(0, -1)},${target}}` : `${name}{${target}}`,
      values: minutes.map((minute) => at(minute)?.get(name) ?? 'stale').join(' '),
    })),
  ];
}
