/**
 * Kills parts of a running Patchloom for as many rounds as it is told, cuts its power as often as it is told, and says
 * what became of the mail: `npm run test:fault -- --rounds 200 --power-cuts 40 --seed 7`. The same in small number is part
 * of `npm test`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    'power-cuts': { type: 'string', default: '0' },
    seed: { type: 'string' },
  },
});
const harnesses = [
  { file: 'kill-rounds.test.js', count: values.rounds },
  { file: 'power-cut.test.js', count: values['power-cuts'] },
];
const files = harnesses
  .filter(({ count }) => Number(count) > 0)
  .map(({ file }) => join(packageRoot, 'dist', 'test', 'fault', file));
const child = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--test', '--test-reporter=spec', '--test-concurrency=1', ...files],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATCHLOOM_FAULT_ROUNDS: values.rounds,
      PATCHLOOM_POWER_CUTS: values['power-cuts'],
      ...(values.seed === undefined ? {} : { PATCHLOOM_SEED: values.seed }),
    },
  },
);
process.exit(child.status ?? 70);
