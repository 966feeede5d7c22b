import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../store/database.ts';
import type { EventSignal } from '../store/event-signal.ts';
import { loadEvents } from '../store/events.ts';
import type { StoredEvent } from '../store/events.ts';
import {
  advanceWebhook,
  loadWebhook,
  loadWebhooks,
  noteWebhookFailure,
} from '../store/webhooks.ts';
import type { Webhook } from '../store/webhooks.ts';
import { postBody } from '../webhook/post-body.ts';
import { retryDelayMs } from '../webhook/retry-delay.ts';
import { webhookSignature } from '../webhook/signature.ts';

export interface WebhookSenderOptions {
  readonly database: Database;
  readonly signal: EventSignal;
  /** The events as receivers read them. */
  readonly render: (events: readonly StoredEvent[]) => Promise<readonly object[]>;
  readonly reportError: (error: unknown) => void;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** For one request and its answer. */
  readonly deadlineMs?: number;
  /** How soon a receiver that was added, removed or revived is noticed. */
  readonly lookMs?: number;
}

/** A sender at work. */
export interface WebhookSender {
  /** Begins no more requests, and lets those under way finish. */
  stop(): Promise<void>;
}

const defaultDeadlineMs = 10_000;
const defaultLookMs = 2_000;

/** Events in one request. */
const maxEvents = 100;

/** How far the feed may run past what a receiver gets before that is noted. */
const maxUnnoted = 1_000;

/** Posts events to all receivers until it is stopped; each at its own pace, so that none delays another. */
export function startWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const stop = new AbortController();
  const lookMs = options.lookMs ?? defaultLookMs;
  const done = lookAfterAll({ ...options, lookMs, stop: stop.signal });
  return {
    async stop() {
      stop.abort();
      await done;
    },
  };
}

type Sending = WebhookSenderOptions & { readonly lookMs: number; readonly stop: AbortSignal };

async function lookAfterAll(sending: Sending): Promise<void> {
  const running = new Map<number, Promise<void>>();
  while (!sending.stop.aborted) {
    try {
      for (const { id } of await loadWebhooks(sending.database)) {
        if (running.has(id)) continue;
        running.set(
          id,
          lookAfterOne(id, sending).finally(() => running.delete(id)),
        );
      }
    } catch (error) {
      sending.reportError(error);
    }
    await pause(sending, sending.lookMs);
  }
  await Promise.all(running.values());
}

/** Ends when the receiver is removed. */
async function lookAfterOne(id: number, sending: Sending): Promise<void> {
  while (!sending.stop.aborted) {
    try {
      const webhook = await loadWebhook(sending.database, id);
      if (webhook === null) return;
      const waitMs = webhook.diedAt === null ? webhook.waitMs : sending.lookMs;
      if (waitMs > 0) await pause(sending, Math.min(waitMs, sending.lookMs));
      else await sendNext(webhook, sending);
    } catch (error) {
      sending.reportError(error);
      await pause(sending, sending.lookMs);
    }
  }
}

async function sendNext(webhook: Webhook, sending: Sending): Promise<void> {
  const { database, signal, stop, lookMs } = sending;
  const { id, afterSeq: after, categories, listIds } = webhook;
  const { events, next } = await loadEvents(database, {
    after,
    limit: maxEvents,
    categories,
    listIds,
  });
  if (events.length === 0) {
    if (next - after > maxUnnoted) await advanceWebhook(database, id, next, false);
    return signal.waitPast(next, lookMs, stop);
  }
  const body = Buffer.from(JSON.stringify({ events: await sending.render(events) }));
  const failure = await failureOfPost(webhook, body, sending);
  if (failure === null) return advanceWebhook(database, id, next, true);
  const random = (sending.random ?? Math.random)();
  const delayMs = retryDelayMs(webhook.failureCount + 1, random);
  return noteWebhookFailure(database, id, failure, delayMs);
}

/** Why the receiver did not take it; null: it did. */
async function failureOfPost(
  { id, url, secret, allowsPrivate }: Webhook,
  body: Buffer,
  { deadlineMs = defaultDeadlineMs }: Sending,
): Promise<string | null> {
  const seconds = Math.floor(Date.now() / 1000);
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'patchloom',
    'Patchloom-Webhook': String(id),
    'Patchloom-Signature': webhookSignature(secret, body, seconds),
  };
  try {
    await postBody({ url, allowsPrivate, headers, body, deadlineMs });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function pause({ stop }: Sending, ms: number): Promise<void> {
  await delay(ms, undefined, { signal: stop }).catch(() => undefined);
}
