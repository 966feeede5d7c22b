import { parseArgs } from 'node:util';

/** What is to be read, and by what. */
export interface ArchiveArguments {
  readonly archive: string;
  /** Messages; null: all. */
  readonly limit: number | null;
  /** null: one for each core. */
  readonly workerCount: number | null;
  readonly hasRedis: boolean;
  /** Which of a benchmark's own switches were given. */
  readonly switches: ReadonlySet<string>;
}

/** `ARCHIVE [--workers N] [--limit N] [--redis]`, and the benchmark's own switches. */
export function archiveArguments(
  args: readonly string[],
  ownSwitches: readonly string[] = [],
): ArchiveArguments {
  const own = Object.fromEntries(ownSwitches.map((name) => [name, { type: 'boolean' } as const]));
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...own,
      workers: { type: 'string' },
      limit: { type: 'string' },
      redis: { type: 'boolean' },
    },
  });
  const given: Readonly<Record<string, unknown>> = values;
  return {
    archive: positionals[0]!,
    limit: values.limit === undefined ? null : Number(values.limit),
    workerCount: values.workers === undefined ? null : Number(values.workers),
    hasRedis: values.redis === true,
    switches: new Set(ownSwitches.filter((name) => given[name] === true)),
  };
}
