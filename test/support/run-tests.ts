/**
 * Runs compiled test files with node's test runner: `run-tests.js fast` the folders that need no server,
 * `run-tests.js all` every one, `run-tests.js test/thread …` those below the named folders or files.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';

const serverFolders = ['postgres', 'end-to-end', 'corpus', 'property', 'fault'];
const compiledTests = join(packageRoot, 'dist', 'test');

function testFiles(): string[] {
  return readdirSync(compiledTests, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.test.js'))
    .map((file) => join(file.parentPath, file.name))
    .toSorted();
}

function isFast(file: string): boolean {
  const [folder = ''] = relative(compiledTests, file).split('/');
  return !serverFolders.includes(folder);
}

const [which = 'all', ...more] = process.argv.slice(2);
const wanted = [which, ...more].map((path) =>
  join(packageRoot, 'dist', path).replace(/\.ts$/, '.js'),
);
const files = testFiles().filter((file) => {
  if (which === 'all') return true;
  if (which === 'fast') return isFast(file);
  return wanted.some((path) => file.startsWith(path));
});
if (files.length === 0) {
  console.error(`no test file matches ${[which, ...more].join(' ')}`);
  process.exit(64);
}
const child = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--test', '--test-reporter=spec', '--test-concurrency=2', ...files],
  { stdio: 'inherit' },
);
process.exit(child.status ?? 70);
