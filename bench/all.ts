import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../src/package-root.ts';
import { reportAccept } from './accept.ts';
import { reportApi } from './api.ts';
import { reportGrowth } from './grow.ts';
import { reportLargeList } from './grow-list.ts';
import { reportIndexing } from './index-alone.ts';
import { machineLines } from './machine.ts';
import { reportReplay } from './replay.ts';
import { reportText } from './report.ts';
import type { Report } from './report.ts';
import { resultsText } from './results-text.ts';
import { reportStart } from './start.ts';

const resultsFile = join(packageRoot, 'bench', 'RESULTS.md');

/** `ARCHIVE [--messages 1000000] [--seconds 60]`: runs all benchmarks, prints each, and writes bench/RESULTS.md after each. */
export async function writeResults(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      messages: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '60' },
    },
  });
  const archive = positionals[0]!;
  const reports: Report[] = [];
  const machine = await machineLines();
  const earlier = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '';
  for (const report of benchmarks(archive, values.messages, ['--seconds', values.seconds])) {
    reports.push(await report());
    console.log(reportText(reports.at(-1)!));
    writeFileSync(resultsFile, resultsText(reports, machine, earlier));
  }
}

function benchmarks(
  archive: string,
  messageCount: string,
  duration: readonly string[],
): (() => Promise<Report>)[] {
  return [
    () => reportReplay([archive, '--yardsticks', '--sizes']),
    () => reportReplay([archive, '--redis']),
    () => reportIndexing([archive]),
    () => reportAccept(duration),
    () => reportAccept([...duration, '--lmtp']),
    () => reportAccept([...duration, '--redis']),
    () => reportStart(),
    () => reportApi([archive]),
    () => reportGrowth([]),
    () => reportLargeList(['--messages', messageCount]),
  ];
}
