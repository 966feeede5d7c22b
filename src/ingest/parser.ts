import { storableFacts } from '../message/storable-facts.ts';
import type { StorableFacts } from '../message/storable-facts.ts';
import { headerFacts } from '../parsing/parse-message.ts';
import { openParserPool } from '../parsing/parser-pool.ts';
import { observe } from './observations.ts';

/** A message that takes more CPU time to parse is stored with its header facts only. */
const parseDeadlineMs = 5_000;

/**
 * Heap of the parser thread; a message that needs more is stored with its header facts only. With what lies beside the
 * heap, a process that parses and stores 25 MiB stays below 512 MB.
 */
const maxParserMemoryMb = 192;

/** Facts of raw messages, in order. Never rejects because of a message. */
export type ParseMessages = (raws: readonly Buffer[]) => Promise<StorableFacts[]>;

/** Parses raw messages in a thread, each under a deadline; what goes beyond gets header facts and a flag. */
export interface Parser {
  readonly parse: ParseMessages;
  readonly close: () => Promise<void>;
}

export function openParser(): Parser {
  const pool = openParserPool({
    threadScript: new URL('../parsing/parser-thread.js', import.meta.url),
    threadCount: 1,
    deadlineMs: parseDeadlineMs,
    maxMemoryMb: maxParserMemoryMb,
  });
  return {
    async parse(raws) {
      const results = await pool.parse(raws);
      observe({
        kind: 'parsed',
        parseSeconds: results.flatMap((result) =>
          result.outcome === 'parsed' ? result.parseMs / 1000 : [],
        ),
      });
      return results.map((result, index) =>
        result.outcome === 'parsed'
          ? result.facts
          : storableFacts(headerFacts(raws[index]!, flagOfOutcome[result.outcome])),
      );
    },
    close: async () => pool.close(),
  };
}

const flagOfOutcome = {
  timeout: 'parse-timeout',
  memory: 'parse-memory',
  crash: 'parse-failed',
} as const;

/** What is known of messages that must not be parsed again. */
export async function parseHeadersOnly(raws: readonly Buffer[]): Promise<StorableFacts[]> {
  return raws.map((raw) => storableFacts(headerFacts(raw, 'parse-failed')));
}
