import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { patchText, sampleMail, withCrlf } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { until } from '../support/until.ts';

/** Peers that send one message after the other, each until it is acknowledged, as MTAs do. */
export interface Senders {
  /** SHA-256 in hex -> bytes, of each message that was answered by 250. */
  readonly acknowledged: ReadonlyMap<string, Buffer>;
  readonly attemptCount: () => number;
  /** Waits for so many more, however slow the machine or what it plays with is. */
  untilMoreAcknowledged(count: number): Promise<void>;
  /** Lets each finish its message, and ends them. Fails when one cannot within a minute. */
  stop(): Promise<void>;
}

export interface SenderOptions {
  /** Asked before each attempt: a daemon that is started anew may listen elsewhere. */
  readonly address: () => string;
  readonly senderCount: number;
  /** Between the messages of one sender. */
  readonly pauseMs?: number;
  readonly listId?: string;
}

const retryDelayMs = 50;
const stopDeadlineMs = 60_000;
const acknowledgedWithinMs = 180_000;

/** Starts senders; no two messages have the same bytes. They give up when the test has ended. */
export function startSenders(context: TestContext, options: SenderOptions): Senders {
  const acknowledged = new Map<string, Buffer>();
  let attemptCount = 0;
  const stopping = { at: Infinity };

  async function sendUntilAcknowledged(raw: Buffer): Promise<void> {
    for (;;) {
      attemptCount += 1;
      const reply = await replyTo(options.address(), raw);
      if (reply.startsWith('250')) break;
      assert.match(reply, /^(4[0-9][0-9] |421|closed|no connection)/, 'a sender may try again');
      assert.ok(performance.now() < stopping.at, `not acknowledged at the end: ${reply}`);
      await delay(retryDelayMs);
    }
    const received = withCrlf(raw);
    acknowledged.set(sha256Of(received), received);
  }
  async function sendOneAfterOther(sender: number): Promise<void> {
    for (let count = 0; stopping.at === Infinity; count += 1) {
      await sendUntilAcknowledged(messageOf(sender, count, options.listId));
      await delay(options.pauseMs ?? 5);
    }
  }
  const senders = Promise.all(
    Array.from({ length: options.senderCount }, (_, sender) => sendOneAfterOther(sender)),
  );
  // Awaited in stop; a failure before it must not end the process.
  senders.catch(() => undefined);
  context.after(() => {
    stopping.at = -Infinity;
  });
  return {
    acknowledged,
    attemptCount: () => attemptCount,
    async untilMoreAcknowledged(count) {
      const wanted = acknowledged.size + count;
      const isEnough = (): boolean => acknowledged.size >= wanted;
      await until(`${count} more acknowledged`, isEnough, acknowledgedWithinMs);
    },
    async stop() {
      stopping.at = performance.now() + stopDeadlineMs;
      await senders;
    },
  };
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function replyTo(address: string, raw: Buffer): Promise<string> {
  try {
    const [reply = 'closed'] = await sendAll(address, [raw]);
    return reply;
  } catch {
    return 'no connection';
  }
}

/** Patches in threads of five, each with a diff of its own; some are long enough to be compressed. */
function messageOf(sender: number, count: number, listId?: string): Buffer {
  const first = count - (count % 5);
  return sampleMail({
    id: `s${sender}-${count}`,
    subject: `[PATCH] change ${count} of ${sender}`,
    references: count === first ? [] : [`s${sender}-${first}`],
    minute: count,
    body: patchText(`${sender}${count}`) + 'The gauge floats.\n'.repeat(count % 50),
    ...(listId === undefined ? {} : { listId }),
  });
}
