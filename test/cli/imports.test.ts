import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';

const dist = join(packageRoot, 'dist');

/** The packages that a command imports where no database answers, in alphabetical order. */
function packagesOf(...args: readonly string[]): string[] {
  const hook = join(dist, 'test', 'support', 'log-imports.js');
  const program = join(dist, 'src', 'cli', 'patchloom.js');
  const { stderr } = spawnSync(process.execPath, ['--import', hook, program, ...args], {
    env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' },
    input: 'Subject: x\n\n',
    encoding: 'utf8',
  });
  const names = [...stderr.matchAll(/^import (.+)$/gm)].map(([, name = '']) => name);
  return [...new Set(names)].toSorted();
}

test('help loads nothing but the reader of the command line', () => {
  assert.deepEqual(packagesOf('--help'), ['commander']);
});

test('deliver, which an MTA starts for every message, loads no more than custody takes', () => {
  assert.deepEqual(packagesOf('deliver'), ['commander', 'pg', 'pino']);
});
