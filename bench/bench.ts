/**
 * Benchmarks. CPU per message is the figure to compare: wall time depends on what else the machine does. Each works in a
 * folder of temporary files on an embedded database of its own, and deletes them.
 */
import { writeResults } from './all.ts';
import { printRatesAtSize } from './api-at-size.ts';
import { reportApi } from './api.ts';
import { reportAccept } from './accept.ts';
import { reportGrowth } from './grow.ts';
import { reportLargeList } from './grow-list.ts';
import { reportIndexing } from './index-alone.ts';
import { reportReplay } from './replay.ts';
import { reportText } from './report.ts';
import type { Report } from './report.ts';
import { reportStart } from './start.ts';

const usage = `usage: npm run bench -- …
  replay ARCHIVE [--workers N] [--limit N] [--redis] [--yardsticks] [--sizes]
      what a replay costs; beside what other programs take for the same messages; room by table and index
  index ARCHIVE [--workers N] [--limit N] [--redis]
      custody alone, and then indexing alone
  accept [--seconds 60] [--connections 50] [--lmtp] [--redis]
      live mail: rate and time of the reply, and from the reply to the view
  start
      from the start of the daemon to its ready line
  grow --messages N
      a generated list of that size in one replay: does the rate stay, and what room does it take
  grow [--only list|thread|reverse|day] [--list 10000,100000] …
      what a message costs where much is stored already
  api ARCHIVE
      how fast the API answers over such a database
  api --patches 1000000[,…] [--keep FOLDER]
      the same over generated patches, beside 10,000 of them
  all ARCHIVE [--messages 1000000] [--seconds 60]
      all of these but the last; writes bench/RESULTS.md
`;

const [what = '', ...args] = process.argv.slice(2);
const isOption = args[0]?.startsWith('--') === true;
const hasArchive = args[0] !== undefined && !isOption;

const reports: Readonly<Record<string, () => Promise<Report> | null>> = {
  replay: () => (hasArchive ? reportReplay(args) : null),
  index: () => (hasArchive ? reportIndexing(args) : null),
  accept: () => reportAccept(args),
  start: () => reportStart(),
  grow: () => (args.includes('--messages') ? reportLargeList(args) : reportGrowth(args)),
  api: () => (hasArchive ? reportApi(args) : null),
};

if (what === 'api' && isOption) {
  await printRatesAtSize(args);
} else if (what === 'all' && hasArchive) {
  await writeResults(args);
} else {
  const report = reports[what]?.() ?? null;
  if (report === null) {
    console.error(usage);
    process.exitCode = 64;
  } else {
    console.log(reportText(await report));
  }
}
