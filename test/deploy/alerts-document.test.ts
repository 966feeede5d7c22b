import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';
import { alertNames, needsPromtool, rulesFile } from '../fault/alert-rules.ts';

/** "## When nothing is indexed" -> "when-nothing-is-indexed", as GitHub makes it. */
function anchorsOf(document: string): Set<string> {
  const headings = document.matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('every alert leads to a section of the operations page that is there', () => {
  const anchors = anchorsOf(readFileSync(join(packageRoot, 'docs', 'operations.md'), 'utf8'));
  const links = readFileSync(rulesFile, 'utf8').matchAll(
    /runbook_url: 'docs\/operations\.md#(.+)'/g,
  );
  const wanted = [...links].map(([, anchor = '']) => anchor);
  assert.equal(wanted.length, alertNames().length);
  assert.deepEqual(
    wanted.filter((anchor) => !anchors.has(anchor)),
    [],
  );
});

test('every alert is made to fire by a test', () => {
  const tests = readFileSync(join(packageRoot, 'test', 'fault', 'alerts.test.ts'), 'utf8');
  assert.deepEqual(
    alertNames().filter((name) => !tests.includes(`'${name}'`)),
    [],
  );
});

test('promtool takes the rules', { skip: needsPromtool }, () => {
  const run = spawnSync('promtool', ['check', 'rules', rulesFile], { encoding: 'utf8' });
  assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
});
