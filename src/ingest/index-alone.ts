import { ParserPoolError } from '../parsing/parser-pool.ts';
import { isFaultOfMachine } from '../store/database-errors.ts';
import { beginAttempt, countFailure, endParse } from '../store/deliveries.ts';
import type { DeadLetterStage } from '../store/deliveries.ts';
import { bury } from './bury.ts';
import { failureReason } from './failure-reason.ts';
import { indexDeliveries } from './index-deliveries.ts';
import type { IndexerOptions } from './index-deliveries.ts';
import { parseHeadersOnly } from './parser.ts';
import type { ParseMessages } from './parser.ts';

/** A delivery that fails this often by itself, for a reason that lies in no machine, is dead. */
const maxFailures = 3;

/** A message that ended its worker this often is stored with its header facts only. */
const maxCrashes = 2;

/** And one that goes on ending its worker is dead. */
const maxCrashesAtAll = 4;

/**
 * Indexes one delivery by itself, and counts in the database what goes wrong with it, so that it ends: as stored, perhaps
 * with its header facts only, or as a dead letter. Rejects when it is to be tried again. Trouble of the database is not
 * counted: that is no message's fault.
 */
export async function indexAlone(options: IndexerOptions, deliveryId: number): Promise<void> {
  const { database } = options;
  const begunCount = await beginAttempt(database, deliveryId);
  if (begunCount === null) return;
  if (begunCount > maxCrashesAtAll) {
    const reason = `ended its worker ${maxCrashesAtAll} times`;
    return bury(database, { deliveryId, messageId: null, stage: 'parse', reason });
  }
  const attempt = new Attempt(options, deliveryId, begunCount > maxCrashes);
  try {
    await indexDeliveries({ ...options, parse: attempt.parse }, [deliveryId]);
  } catch (error) {
    if (isFaultOfMachine(error) || error instanceof ParserPoolError) throw error;
    const failureCount = await countFailure(database, deliveryId);
    if (failureCount < maxFailures) throw error;
    const { stage, messageId } = attempt;
    await bury(database, { deliveryId, messageId, stage, reason: failureReason(error) });
  }
}

/** How far one attempt has come. */
class Attempt {
  stage: DeadLetterStage = 'load';
  /** Once it is known. */
  messageId: string | null = null;
  readonly #options: IndexerOptions;
  readonly #deliveryId: number;
  readonly #isHeaderOnly: boolean;

  constructor(options: IndexerOptions, deliveryId: number, isHeaderOnly: boolean) {
    this.#options = options;
    this.#deliveryId = deliveryId;
    this.#isHeaderOnly = isHeaderOnly;
  }

  readonly parse: ParseMessages = async (raws) => {
    this.stage = 'parse';
    const facts = await this.#factsOf(raws);
    this.messageId = facts[0]?.messageId ?? null;
    this.stage = 'write';
    return facts;
  };

  async #factsOf(raws: readonly Buffer[]): ReturnType<ParseMessages> {
    if (this.#isHeaderOnly) return parseHeadersOnly(raws);
    const facts = await this.#options.parse(raws);
    await endParse(this.#options.database, this.#deliveryId);
    return facts;
  }
}
