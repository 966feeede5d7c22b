import type { ReplayProgress, ReplayStart } from '../ingest/replay.ts';
import { paceOf, progressBar, progressText } from './progress.ts';
import { printLine } from './output.ts';

/** What an operator sees of a replay: text on standard error, or JSON Lines on standard output. */
export interface ReplayReport {
  /** Files that are no archive. */
  readonly skipped: (paths: readonly string[]) => void;
  readonly started: (archive: string, start: ReplayStart) => void;
  /** Shown at most once a second. */
  readonly progress: (archive: string, progress: ReplayProgress) => void;
  /** An archive that cannot be read (further). */
  readonly failed: (archive: string, reason: string) => void;
  readonly ended: (archive: string, progress: ReplayProgress) => void;
  readonly summary: (totals: ReplayTotals, seconds: number) => Promise<void>;
}

/** Counts of one command over all its archives. */
export interface ReplayTotals {
  /** Chosen messages: those read, and those that earlier replays took. */
  readonly replayed: number;
  readonly stored: number;
  /** Those that earlier replays took are among them. */
  readonly duplicate: number;
  readonly dead: number;
  readonly unrouted: number;
  readonly oversized: number;
  /** Taken by earlier replays and not read again. */
  readonly earlier: number;
  /** Outside --since and --until. */
  readonly outside: number;
}

const intervalMs = 1_000;

export function openReplayReport(isJson: boolean): ReplayReport {
  const clock = progressClock();
  return isJson ? jsonReport(clock) : textReport(clock);
}

/** The sums of what each archive came to. */
export function totalsOf(results: readonly ReplayProgress[]): ReplayTotals {
  const sum = (part: (result: ReplayProgress) => number): number =>
    results.reduce((total, result) => total + part(result), 0);
  const earlier = sum(({ earlierCount }) => earlierCount);
  return {
    replayed: earlier + sum(({ readCount }) => readCount),
    stored: sum(({ outcomes }) => outcomes.stored),
    duplicate: earlier + sum(({ outcomes }) => outcomes.duplicate),
    dead: sum(({ outcomes }) => outcomes.dead),
    unrouted: sum(({ outcomes }) => outcomes.unrouted),
    oversized: sum(({ oversizedCount }) => oversizedCount),
    earlier,
    outside: sum(({ outsideCount }) => outsideCount),
  };
}

/** "replayed 10000, stored 9990, duplicate 10, dead 0 in 12.3 s (813/s)"; the rate is of what was read. */
export function summaryText(totals: ReplayTotals, seconds: number): string {
  const { replayed, stored, duplicate, dead, unrouted, oversized } = totals;
  return [
    `replayed ${replayed}`,
    `stored ${stored}`,
    `duplicate ${duplicate}`,
    `dead ${dead}`,
    ...(unrouted > 0 ? [`unrouted ${unrouted}`] : []),
    ...(oversized > 0 ? [`oversized ${oversized}`] : []),
  ]
    .join(', ')
    .concat(` in ${seconds.toFixed(1)} s (${readRate(totals, seconds)}/s)`);
}

function readRate({ replayed, earlier }: ReplayTotals, seconds: number): number {
  return Math.round((replayed - earlier) / seconds);
}

/** When an archive was begun, and whether it is time to show it. */
interface ProgressClock {
  readonly begin: () => void;
  readonly isTime: () => boolean;
  readonly seconds: () => number;
  /** Share that had been read when this was first asked. */
  readonly startShare: (progress: ReplayProgress) => number | null;
}

function progressClock(): ProgressClock {
  let beganAt = performance.now();
  let shownAt = beganAt;
  let startShare: number | null = null;
  let isFirst = true;
  return {
    begin() {
      beganAt = performance.now();
      shownAt = beganAt;
      isFirst = true;
    },
    isTime() {
      if (performance.now() - shownAt < intervalMs) return false;
      shownAt = performance.now();
      return true;
    },
    seconds: () => (performance.now() - beganAt) / 1_000,
    startShare({ shareRead, earlierCount }) {
      if (isFirst) startShare = earlierCount === 0 ? 0 : shareRead;
      isFirst = false;
      return startShare;
    },
  };
}

function textReport(clock: ProgressClock): ReplayReport {
  const isTerminal = process.stderr.isTTY;
  const clear = isTerminal ? '\r\u001b[K' : '';
  const note = (line: string): void => {
    process.stderr.write(`${clear}${line}\n`);
  };
  return {
    skipped(paths) {
      for (const path of paths) note(`${path}: skipped, no archive`);
    },
    started(archive, start) {
      clock.begin();
      const text = startText(start);
      if (text !== null) note(`${archive}: ${text}`);
    },
    progress(archive, progress) {
      const startShare = clock.startShare(progress);
      if (!clock.isTime()) return;
      const text = progressText(progress, paceOf(progress, startShare, clock.seconds()));
      const bar = isTerminal ? progressBar(progress.shareRead) : '';
      process.stderr.write(
        isTerminal ? `${clear}${archive}: ${bar} ${text}` : `${archive}: ${text}\n`,
      );
    },
    failed: (_, reason) => note(`patchloom: ${reason}`),
    ended(archive, { outsideCount }) {
      process.stderr.write(clear);
      if (outsideCount > 0) note(`${archive}: ${outsideCount} outside --since and --until`);
    },
    summary: async (totals, seconds) => printLine(summaryText(totals, seconds)),
  };
}

function startText({ kind, earlierCount }: ReplayStart): string | null {
  switch (kind) {
    case 'new':
      return null;
    case 'resumed':
      return `going on after the ${earlierCount} messages of earlier replays, which count as duplicates`;
    case 'changed':
      return 'is not what it was when it was last replayed: read from its start';
    default:
      return kind satisfies never;
  }
}

function write(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function jsonReport(clock: ProgressClock): ReplayReport {
  return {
    skipped(paths) {
      for (const path of paths) write({ event: 'skipped', path });
    },
    started(archive, { kind, earlierCount }) {
      clock.begin();
      write({ event: 'start', archive, start: kind, earlier: earlierCount });
    },
    progress(archive, progress) {
      const startShare = clock.startShare(progress);
      if (!clock.isTime()) return;
      const pace = paceOf(progress, startShare, clock.seconds());
      write({ event: 'progress', archive, ...progressCounts(progress), ...pace });
    },
    failed: (archive, reason) => write({ event: 'failed', archive, reason }),
    ended: (archive, progress) => write({ event: 'end', archive, ...progressCounts(progress) }),
    async summary(totals, seconds) {
      const perSecond = readRate(totals, seconds);
      await printLine(JSON.stringify({ event: 'summary', ...totals, seconds, perSecond }));
    },
  };
}

function progressCounts({ shareRead, ...progress }: ReplayProgress): object {
  return { ...totalsOf([{ ...progress, shareRead }]), shareRead };
}
