import { readlinkSync } from 'node:fs';
import { childrenOf, livingCpuMs, readIfAlive } from './process-cpu.ts';

/** CPU milliseconds of a command by kind of process. */
export interface CommandCpu {
  /** The command's own process with its threads, and tools that it runs. */
  readonly clientMs: number;
  /** Other Node processes below it. */
  readonly workerMs: number;
}

/** The most that all Node processes of a command held at one moment. */
export interface PeakMemory {
  /** Sum of what each has in memory; pages that they share count for each. */
  readonly rssBytes: number;
  /** Sum of proportional shares: shared pages count once in all. null where the kernel does not tell. */
  readonly pssBytes: number | null;
}

export interface ProcessWatch {
  /** As of the last look; processes that have ended since then count with what was seen of them. */
  readonly cpu: () => CommandCpu;
  readonly peakMemory: () => PeakMemory;
  readonly stop: () => void;
}

/** What runs for less than this may not be seen. */
const sampleMs = 100;

/** Memory is looked at in one look of so many: the kernel walks all pages for it, and the watched process waits meanwhile. */
const looksPerMemory = 5;

/** Looks at a command and all processes below it again and again. Source: proc_pid_smaps(5). */
export function watchProcesses(pid: number): ProcessWatch {
  const seen = new Map<number, { readonly isWorker: boolean; readonly ms: number }>();
  let peak: PeakMemory = { rssBytes: 0, pssBytes: 0 };
  let lookCount = 0;
  function look(): void {
    const looksAtMemory = lookCount % looksPerMemory === 0;
    lookCount += 1;
    const memories: PeakMemory[] = [];
    for (const one of [pid, ...descendantsOf(pid)]) {
      const isNode = runsNode(one);
      const ms = Math.max(livingCpuMs(one), seen.get(one)?.ms ?? 0);
      const isWorker = one !== pid && (isNode || seen.get(one)?.isWorker === true);
      seen.set(one, { isWorker, ms });
      if (isNode && looksAtMemory) memories.push(memoryOf(one));
    }
    peak = greater(peak, memories);
  }
  look();
  const timer = setInterval(look, sampleMs);
  return {
    cpu() {
      look();
      const workerMs = sumOf([...seen.values()].filter((one) => one.isWorker).map(({ ms }) => ms));
      return { workerMs, clientMs: sumOf([...seen.values()].map(({ ms }) => ms)) - workerMs };
    },
    peakMemory: () => peak,
    stop: () => clearInterval(timer),
  };
}

function descendantsOf(pid: number): number[] {
  const found = childrenOf(pid);
  for (let place = 0; place < found.length; place += 1) found.push(...childrenOf(found[place]!));
  return found;
}

function runsNode(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) === process.execPath;
  } catch {
    return false;
  }
}

function memoryOf(pid: number): PeakMemory {
  const rollup = readIfAlive(`/proc/${pid}/smaps_rollup`);
  if (rollup !== null)
    return { rssBytes: kilobytes(rollup, 'Rss'), pssBytes: kilobytes(rollup, 'Pss') };
  const status = readIfAlive(`/proc/${pid}/status`) ?? '';
  return { rssBytes: kilobytes(status, 'VmRSS'), pssBytes: null };
}

/** Octets of a line such as "Pss:     1234 kB"; 0 without it. */
function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}: +([0-9]+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

function greater(peak: PeakMemory, memories: readonly PeakMemory[]): PeakMemory {
  const rssBytes = Math.max(peak.rssBytes, sumOf(memories.map((memory) => memory.rssBytes)));
  const isHidden = peak.pssBytes === null || memories.some(({ pssBytes }) => pssBytes === null);
  if (isHidden) return { rssBytes, pssBytes: null };
  const pss = sumOf(memories.map(({ pssBytes }) => pssBytes ?? 0));
  return { rssBytes, pssBytes: Math.max(peak.pssBytes ?? 0, pss) };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
