import type { ReplayProgress } from '../ingest/replay.ts';

/** Rate and end of a replay, foretold from what went before. */
export interface Pace {
  /** Messages. */
  readonly perSecond: number;
  /** null where the size of the archive is unknown. */
  readonly secondsLeft: number | null;
}

/** A replay's pace after `seconds`, at the start of which `startShare` of the archive had been read already. */
export function paceOf(
  { readCount, shareRead }: ReplayProgress,
  startShare: number | null,
  seconds: number,
): Pace {
  const perSecond = seconds > 0 ? Math.round(readCount / seconds) : 0;
  const share = (shareRead ?? 0) - (startShare ?? 0);
  if (shareRead === null || share <= 0) return { perSecond, secondsLeft: null };
  return { perSecond, secondsLeft: Math.ceil((seconds / share) * (1 - Math.min(shareRead, 1))) };
}

/** "4200 read, 700/s, 42 %, 8 s left, 12 duplicate, 0 dead" */
export function progressText(progress: ReplayProgress, { perSecond, secondsLeft }: Pace): string {
  const { readCount, shareRead, outcomes } = progress;
  return [
    `${readCount} read`,
    `${perSecond}/s`,
    ...(shareRead === null ? [] : [`${percent(shareRead)} %`]),
    ...(secondsLeft === null ? [] : [`${durationText(secondsLeft)} left`]),
    `${outcomes.duplicate} duplicate`,
    `${outcomes.dead} dead`,
  ].join(', ');
}

const barWidth = 20;

/** "[########            ]"; empty where the share is unknown. */
export function progressBar(shareRead: number | null): string {
  if (shareRead === null) return '';
  const filled = Math.floor((percent(shareRead) / 100) * barWidth);
  return `[${'#'.repeat(filled)}${' '.repeat(barWidth - filled)}]`;
}

function percent(share: number): number {
  return Math.min(Math.floor(share * 100), 100);
}

/** 8 -> "8 s", 130 -> "2 min 10 s", 7300 -> "2 h 1 min" */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
