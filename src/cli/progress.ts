import type { ReplayProgress } from '../ingest/replay.ts';

/** Shows how far a replay is: one line that is written over on a terminal, else a line a second. */
export interface Progress {
  readonly show: (progress: ReplayProgress) => void;
  readonly end: () => void;
}

const intervalMs = 1_000;

/** `totalBytes` is the size of the unpacked archive, null when unknown: then no end is foretold. */
export function startProgress(source: string, totalBytes: number | null): Progress {
  const startedAt = performance.now();
  const isTerminal = process.stderr.isTTY;
  let shownAt = startedAt;
  return {
    show(progress) {
      const now = performance.now();
      if (now - shownAt < intervalMs) return;
      shownAt = now;
      const line = `${source}: ${progressText(progress, totalBytes, (now - startedAt) / 1000)}`;
      process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    },
    end() {
      if (isTerminal) process.stderr.write('\r\u001b[K');
    },
  };
}

/** "4200 read, 700/s, 42 %, 8 s left" */
export function progressText(
  { readCount, readBytes }: ReplayProgress,
  totalBytes: number | null,
  seconds: number,
): string {
  const rate = `${readCount} read, ${Math.round(readCount / seconds)}/s`;
  if (totalBytes === null || readBytes === 0) return rate;
  const share = readBytes / totalBytes;
  const secondsLeft = Math.ceil(seconds / share - seconds);
  return `${rate}, ${Math.floor(share * 100)} %, ${secondsLeft} s left`;
}
