/**
 * Kills parts of a running Patchloom for as many rounds as it is told, and says what became of the mail:
 * `npm run test:fault -- --rounds 1000 --seed 7`. The same rounds in small number are part of `npm test`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '40' }, seed: { type: 'string' } },
});
const child = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    '--test',
    '--test-reporter=spec',
    join(packageRoot, 'dist', 'test', 'fault', 'kill-rounds.test.js'),
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATCHLOOM_FAULT_ROUNDS: values.rounds,
      ...(values.seed === undefined ? {} : { PATCHLOOM_SEED: values.seed }),
    },
  },
);
process.exit(child.status ?? 70);
