import type { MessageFacts } from '../message/message-facts.ts';
import { headerFacts } from '../parsing/parse-message.ts';
import { openParserPool } from '../parsing/parser-pool.ts';
import type { ParserPool } from '../parsing/parser-pool.ts';
import { startIndexWorker } from '../queue/index-queue.ts';
import type { QueueLocation } from '../queue/index-queue.ts';
import type { Database } from '../store/database.ts';
import { groupCommit } from './group-commit.ts';
import { indexDeliveries } from './index-deliveries.ts';

/** A message that takes longer to parse is stored with its header facts only. */
const parseDeadlineMs = 5_000;

/** Memory of one parser thread; a message that needs more is stored with its header facts only. */
const maxParserMemoryMb = 512;

/** Jobs taken at once, to be indexed in one transaction a list. */
const jobsAtOnce = 20;

/** Parses raw messages in a thread, each under a deadline; what goes beyond gets header facts and a flag. */
export interface Parser {
  parse(raws: readonly Buffer[]): Promise<MessageFacts[]>;
  close(): Promise<void>;
}

export function openParser(threadCount = 1): Parser {
  const pool = openParserPool<MessageFacts>({
    threadScript: new URL('../parsing/parser-thread.js', import.meta.url),
    threadCount,
    deadlineMs: parseDeadlineMs,
    maxMemoryMb: maxParserMemoryMb,
  });
  return { parse: async (raws) => parseAll(pool, raws), close: async () => pool.close() };
}

async function parseAll(pool: ParserPool<MessageFacts>, raws: readonly Buffer[]): Promise<MessageFacts[]> {
  const results = await pool.parse(raws);
  return results.map((result, index) =>
    result.outcome === 'parsed'
      ? result.facts
      : headerFacts(raws[index]!, flagOfOutcome[result.outcome]),
  );
}

const flagOfOutcome = {
  timeout: 'parse-timeout',
  memory: 'parse-memory',
  crash: 'parse-failed',
} as const;

export interface IndexerOptions {
  readonly database: Database;
  readonly queueLocation: QueueLocation;
  readonly lists: 'auto' | 'known';
  readonly onError: (error: unknown) => void;
}

/** Takes jobs and indexes their deliveries, many jobs in one batch where many wait, until it is closed. */
export function startIndexer(options: IndexerOptions): { close(): Promise<void> } {
  const parser = openParser();
  const index = groupCommit(async (jobs: readonly (readonly number[])[]) => {
    await indexDeliveries({ ...options, parse: parser.parse }, jobs.flat());
    return jobs;
  }, jobsAtOnce);
  const worker = startIndexWorker(options.queueLocation, {
    concurrency: jobsAtOnce,
    async work({ deliveryIds }) {
      await index(deliveryIds).catch((error: unknown) => {
        options.onError(error);
        throw error;
      });
    },
    onError: options.onError,
  });
  return {
    async close() {
      await worker.close();
      await parser.close();
    },
  };
}
