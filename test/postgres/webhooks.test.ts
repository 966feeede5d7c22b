import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startWebhookSender } from '../../src/api/send-webhooks.ts';
import { appendEvents } from '../../src/store/append-events.ts';
import type { EventCategory } from '../../src/store/append-events.ts';
import { inTransaction } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { openEventSignal } from '../../src/store/event-signal.ts';
import { addMailingList } from '../../src/store/mailing-lists.ts';
import { takeSenderPlace } from '../../src/store/sender-place.ts';
import { addWebhook, loadWebhook, removeWebhook, reviveWebhook } from '../../src/store/webhooks.ts';
import type { NewWebhook } from '../../src/store/webhooks.ts';
import { webhookSignature } from '../../src/webhook/signature.ts';
import { openReceiver } from '../support/http-receiver.ts';
import type { HttpReceiver } from '../support/http-receiver.ts';
import { openTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const secret = Buffer.from('only the two of us know');

interface Scene {
  readonly database: Database;
  readonly listId: number;
  add(url: string, more?: Partial<NewWebhook>): Promise<number>;
  append(...categories: EventCategory[]): Promise<void>;
}

/** Runs a test with a sender at work on a list without events; it stops before the database is closed. */
async function withSender(
  context: TestContext,
  run: (scene: Scene) => Promise<void>,
): Promise<void> {
  const { database, url } = await openTestDatabase(context);
  const { id: listId } = await addMailingList(database, 'a.x');
  const errors: unknown[] = [];
  const reportError = (error: unknown): void => void errors.push(error);
  const signal = openEventSignal({ database, databaseUrl: url, reportError });
  const sender = startWebhookSender({
    database,
    signal,
    render: async (events) => events.map(({ seq, category }) => ({ seq, category })),
    reportError,
    random: () => 0,
    deadlineMs: 60_000,
    lookMs: 20,
  });
  const all = { secret, categories: null, listIds: null, allowsPrivate: true };
  try {
    await run({
      database,
      listId,
      add: async (target, more) => addWebhook(database, { url: target, ...all, ...more }),
      append: async (...categories) =>
        inTransaction(database, async (transaction) =>
          appendEvents(
            transaction,
            categories.map((category) => ({ category, listId, seriesId: 1 })),
          ),
        ),
    });
  } finally {
    await sender.stop();
    await signal.close();
  }
  assert.deepEqual(errors, []);
}

/** Numbers of the events that were posted, in order. */
function seqsOf({ posts }: HttpReceiver): number[] {
  return posts.flatMap(({ body }) =>
    (JSON.parse(body) as { events: { seq: number }[] }).events.map(({ seq }) => seq),
  );
}

const completed = Array.from({ length: 120 }, (): EventCategory => 'series-completed');

test('a receiver gets what happens since it was added, in order and signed', async (context) => {
  await withSender(context, async (scene) => {
    await scene.append('series-created');
    const receiver = await openReceiver(context);
    const id = await scene.add(receiver.url);
    await scene.append(...completed);
    await until('all came', () => seqsOf(receiver).length === 120);
    await scene.append('series-created');
    await until('the last came', () => seqsOf(receiver).length === 121);
    assert.deepEqual(
      seqsOf(receiver),
      Array.from({ length: 121 }, (_, index) => index + 2),
    );
    for (const { headers, body } of receiver.posts) {
      const signature = String(headers['patchloom-signature']);
      const seconds = Number(/^t=([0-9]+),/.exec(signature)?.[1]);
      assert.equal(signature, webhookSignature(secret, Buffer.from(body), seconds));
      assert.equal(headers['patchloom-webhook'], String(id));
    }
  });
});

test('a receiver gets the categories and lists that it asked for', async (context) => {
  await withSender(context, async (scene) => {
    const some = await openReceiver(context);
    const none = await openReceiver(context);
    const last = await openReceiver(context);
    await scene.add(some.url, { categories: ['series-completed'], listIds: [scene.listId] });
    await scene.add(none.url, { listIds: [scene.listId + 1] });
    await scene.add(last.url, { categories: ['series-rekeyed'] });
    await scene.append('series-created', 'series-completed', 'series-rekeyed');
    await until('the last came', () => last.posts.length === 1);
    await until('some came', () => some.posts.length === 1);
    assert.deepEqual([seqsOf(some), seqsOf(none), seqsOf(last)], [[2], [], [3]]);
  });
});

test('what a receiver does not take is sent again, and nothing is sent before it', async (context) => {
  await withSender(context, async (scene) => {
    let failuresLeft = 2;
    const receiver = await openReceiver(context, (response) => {
      response.statusCode = failuresLeft > 0 ? 503 : 204;
      failuresLeft -= 1;
      response.end();
    });
    const id = await scene.add(receiver.url);
    await scene.append('series-created');
    await until('it failed', async () => (await loadWebhook(scene.database, id))!.failureCount > 0);
    assert.equal((await loadWebhook(scene.database, id))!.lastFailure, 'answered 503');
    await scene.append('series-completed');
    await until('it took all', async () => (await loadWebhook(scene.database, id))!.afterSeq === 2);
    const { failureCount, lastFailure } = (await loadWebhook(scene.database, id))!;
    assert.deepEqual([failureCount, lastFailure], [0, null]);
    assert.deepEqual(seqsOf(receiver), [1, 1, 2, 1, 2]);
  });
});

test('a receiver that failed too often is dead until an operator revives it, and has missed nothing', async (context) => {
  await withSender(context, async (scene) => {
    let status = 500;
    const receiver = await openReceiver(context, (response) => {
      response.statusCode = status;
      response.end();
    });
    const id = await scene.add(receiver.url);
    await scene.database.query('UPDATE patchloom.webhook SET failure_count = 29 WHERE id = $1', [
      id,
    ]);
    await scene.append('series-created');
    await until('it died', async () => (await loadWebhook(scene.database, id))!.diedAt !== null);
    assert.equal(receiver.posts.length, 1);
    status = 200;
    await scene.append('series-completed');
    assert.ok(await reviveWebhook(scene.database, id));
    await until('it took all', async () => (await loadWebhook(scene.database, id))!.afterSeq === 2);
    assert.deepEqual(seqsOf(receiver), [1, 1, 2]);
  });
});

test('a receiver that does not answer delays no other', async (context) => {
  await withSender(context, async (scene) => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = await openReceiver(context, (response) => {
      void held.then(() => response.end());
    });
    const quick = await openReceiver(context);
    const slowId = await scene.add(slow.url);
    await scene.add(quick.url);
    await scene.append('series-created');
    await until('the slow one was asked', () => slow.posts.length === 1);
    for (const count of [2, 3, 4, 5]) {
      await scene.append('series-completed');
      await until('the quick one took it', () => seqsOf(quick).length === count);
    }
    assert.equal(slow.posts.length, 1);
    release();
    await until('the slow one took all', async () => {
      return (await loadWebhook(scene.database, slowId))!.afterSeq === 5;
    });
    assert.deepEqual(seqsOf(slow), [1, 2, 3, 4, 5]);
  });
});

test('nothing is sent to a private address that was not allowed, nor after a receiver was removed', async (context) => {
  await withSender(context, async (scene) => {
    const receiver = await openReceiver(context);
    const id = await scene.add(receiver.url, { allowsPrivate: false });
    await scene.append('series-created');
    await until(
      'it failed',
      async () => (await loadWebhook(scene.database, id))!.failureCount === 1,
    );
    assert.match((await loadWebhook(scene.database, id))!.lastFailure!, /is a private address/);
    assert.ok(await removeWebhook(scene.database, id));
    assert.ok(!(await reviveWebhook(scene.database, id)));
    assert.deepEqual(receiver.posts, []);
  });
});

test('one process sends; the next takes its place when it has gone', async (context) => {
  const { url } = await openTestDatabase(context);
  const stop = new AbortController();
  const first = (await takeSenderPlace(url, stop.signal))!;
  let isSecond = false;
  const second = takeSenderPlace(url, stop.signal).then((place) => {
    isSecond = true;
    return place;
  });
  assert.ok(!isSecond);
  await first.leave();
  await (await second)!.leave();
  assert.ok(first.lost.aborted);
});
