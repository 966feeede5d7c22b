import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../src/package-root.ts';

/** What the linter says of one file with the project's settings. */
function lintOf(path: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'patchloom-layers-'));
  try {
    writeFileSync(join(folder, '.oxlintrc.json'), settingsWithoutTypes());
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    const linter = join(packageRoot, 'node_modules', '.bin', 'oxlint');
    const run = spawnSync(linter, ['--disable-nested-config', '-c', '.oxlintrc.json', path], {
      cwd: folder,
      encoding: 'utf8',
    });
    return run.stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The type-aware rules need a whole project; layers do not. */
function settingsWithoutTypes(): string {
  const settings = JSON.parse(readFileSync(join(packageRoot, '.oxlintrc.json'), 'utf8'));
  return JSON.stringify({ ...settings, options: {} });
}

const forbidden: readonly [string, string, string, RegExp][] = [
  [
    'the core reads no files',
    'src/thread/a.ts',
    `import 'node:fs/promises';`,
    /restricted-imports/,
  ],
  [
    'the core knows no adapter',
    'src/message/a.ts',
    `import '../store/b.ts';`,
    /restricted-imports/,
  ],
  ['the core has no clock', 'src/series/a.ts', 'export const at = Date.now();', /restricted-prop/],
  [
    'the core has no randomness',
    'src/patch/a.ts',
    'export const r = Math.random();',
    /restricted-prop/,
  ],
  ['an adapter knows no other', 'src/smtp/a.ts', `import '../store/b.ts';`, /restricted-imports/],
  [
    'an adapter knows no use case',
    'src/http/a.ts',
    `import '../metrics/b.ts';`,
    /restricted-imports/,
  ],
  [
    'nor from a deeper folder',
    'src/store/embedded/a.ts',
    `import '../../queue/b.ts';`,
    /restricted-imports/,
  ],
  [
    'an adapter knows no use case',
    'src/archive/a.ts',
    `import '../ingest/b.ts';`,
    /restricted-imports/,
  ],
  ['a use case knows no command', 'src/ingest/a.ts', `import '../cli/b.ts';`, /restricted-imports/],
  ['pg stays in the store and the queue', 'src/ingest/a.ts', `import 'pg';`, /restricted-imports/],
  ['fastify stays in src/http', 'src/api/a.ts', `import 'fastify';`, /restricted-imports/],
  ['an adapter knows no endpoint', 'src/http/a.ts', `import '../api/b.ts';`, /restricted-imports/],
  [
    'an adapter knows no webhooks',
    'src/http/a.ts',
    `import '../webhook/b.ts';`,
    /restricted-imports/,
  ],
  ['a webhook knows no store', 'src/webhook/a.ts', `import '../store/b.ts';`, /restricted-imports/],
  ['parse-diff stays in one file', 'src/patch/a.ts', `import 'parse-diff';`, /restricted-imports/],
  [
    'mailparser stays in src/parsing',
    'src/message/a.ts',
    `import 'mailparser';`,
    /restricted-imports/,
  ],
  [
    'the environment is read in config.ts',
    'src/ingest/a.ts',
    'export const x = process.env.X;',
    /no-process-env/,
  ],
];

for (const [claim, path, text, expected] of forbidden) {
  test(`layers: ${claim}`, () => assert.match(lintOf(path, text), expected));
}

const allowed: readonly [string, string, string][] = [
  ['the core may hash', 'src/patch/a.ts', `import 'node:crypto';`],
  ['an adapter may know the core', 'src/parsing/a.ts', `import '../message/b.ts';`],
  ['a use case may know core and adapters', 'src/ingest/a.ts', `import '../store/b.ts';`],
  ['parse-diff behind its guard', 'src/patch/diff-files.ts', `import 'parse-diff';`],
];

for (const [claim, path, text] of allowed) {
  test(`layers: ${claim}`, () => assert.doesNotMatch(lintOf(path, text), /restricted|process-env/));
}
