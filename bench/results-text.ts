import { reportSection } from './report.ts';
import type { Report } from './report.ts';

const handBegins = '<!-- kept by hand from here -->';
const handEnds = '<!-- to here -->';
const emptyHand = '\n\n## What mattered\n\n| cut | before | after |\n| --- | ---: | ---: |\n\n';

/** The document of all reports; what stands between the two marks of the `earlier` one is taken over. */
export function resultsText(
  reports: readonly Report[],
  machine: readonly string[],
  earlier: string,
): string {
  return [
    '# What it costs',
    '',
    'Written by `npm run bench -- all ARCHIVE`. CPU is user and system time; wall times depend on what else the machine does.',
    '',
    ...machine.map((line) => `- ${line}`),
    '',
    `${handBegins}${byHand(earlier)}${handEnds}`,
    '',
    ...reports.map(reportSection),
  ].join('\n');
}

function byHand(earlier: string): string {
  const begin = earlier.indexOf(handBegins);
  const end = earlier.indexOf(handEnds, begin);
  return begin === -1 || end === -1 ? emptyHand : earlier.slice(begin + handBegins.length, end);
}
