import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openApi } from '../support/api-scene.ts';
import type { ApiScene } from '../support/api-scene.ts';
import { storeAll } from '../support/index-mail.ts';
import { mail, patchMail } from './review-mail.ts';

interface Ids {
  readonly patch: number;
  readonly cover: number;
  readonly comment: number;
  readonly series: number;
}

/** A cover letter with a patch and a comment on each; the events that indexing says are taken away. */
async function openReview(context: TestContext): Promise<[ApiScene, Ids]> {
  const api = await openApi(context);
  await storeAll(api.database, [
    mail('<c@x.example>', '[PATCH 0/1] lib: one', 'All.\n'),
    patchMail('<1@x.example>', '[PATCH 1/1] lib: one', { 'In-Reply-To': '<c@x.example>' }),
    mail('<r@x.example>', 'Re: [PATCH 1/1] lib: one', 'Good.\n', {
      'In-Reply-To': '<1@x.example>',
    }),
  ]);
  await api.database.query(
    `DELETE FROM patchloom.event; DELETE FROM patchloom.list_count WHERE counted NOT IN ('series', 'cover');
     UPDATE patchloom.event_counter SET last_seq = 0;
     INSERT INTO patchloom.app_user (id, username) VALUES (5, 'ada')`,
  );
  const { rows } = await api.database.query<Ids>(
    `SELECT p.message AS patch, c.id AS cover, k.id AS comment, r.id AS series
     FROM patchloom.patch p, patchloom.message c, patchloom.message k, patchloom.series r
     WHERE c.kind = 'cover' AND k.kind = 'comment'`,
  );
  return [api, rows[0]!];
}

async function append({ database }: ApiScene, events: readonly object[]): Promise<void> {
  const numbered = events.map((event) => ({ mailing_list_id: 1, ...event }));
  await database.query('SELECT patchloom.append_events($1)', [JSON.stringify(numbered)]);
}

test('each event has the payload of its category', async (context) => {
  const [api, { patch, cover, comment, series }] = await openReview(context);
  await append(api, [
    { category: 'series-created', series_id: series },
    { category: 'cover-created', cover },
    { category: 'patch-created', patch },
    { category: 'patch-completed', patch, series_id: series },
    { category: 'patch-comment-created', patch, comment },
    {
      category: 'patch-state-changed',
      patch,
      actor_id: 5,
      details: { previous_state: 'new', current_state: 'accepted' },
    },
    {
      category: 'patch-delegated',
      patch,
      actor_id: 5,
      details: { previous_delegate: null, current_delegate: 5 },
    },
    { category: 'patch-relation-changed', patch, actor_id: 5 },
    { category: 'message-flagged', comment },
  ]);
  const events = await api.ask('/api/events/?order=date');
  assert.deepEqual(
    events.map(({ id, payload }: { id: number; payload: object }) => [id, Object.keys(payload)]),
    [
      [1, ['series']],
      [2, ['cover']],
      [3, ['patch']],
      [4, ['patch', 'series']],
      [5, ['patch', 'comment']],
      [6, ['patch', 'previous_state', 'current_state']],
      [7, ['patch', 'previous_delegate', 'current_delegate']],
      [8, ['patch', 'previous_relation', 'current_relation']],
    ],
  );
  assert.equal(events[4].payload.comment.msgid, '<r@x.example>');
  assert.match(events[4].payload.comment.url, /\/api\/patches\/[0-9]+\/comments\/[0-9]+\/$/);
  assert.deepEqual(events[5].actor.username, 'ada');
  assert.equal(events[5].payload.current_state, 'accepted');
  assert.equal(events[6].payload.previous_delegate, null);
  assert.equal(events[6].payload.current_delegate.username, 'ada');
  assert.deepEqual(Object.keys(events[0]), [
    'id',
    'category',
    'project',
    'date',
    'actor',
    'payload',
  ]);
});

test('the newest event is the first, comments are there from version 1.3 on', async (context) => {
  const [api, { patch, comment }] = await openReview(context);
  await append(api, [
    { category: 'patch-created', patch },
    { category: 'patch-comment-created', patch, comment },
  ]);
  const ids = async (path: string): Promise<number[]> =>
    (await api.ask<{ id: number }[]>(path)).map(({ id }) => id);
  assert.deepEqual(await ids('/api/events/'), [2, 1]);
  assert.deepEqual(await ids('/api/1.2/events/'), [1]);
  assert.deepEqual(await ids('/api/1.2/events/?category=patch-comment-created'), []);
  assert.deepEqual(await ids('/api/events/?category=patch-created'), [1]);
  assert.deepEqual(await ids('/api/events/?category=nonsense'), []);
  assert.deepEqual(await ids('/api/events/?actor=5'), []);
  assert.deepEqual(await ids('/api/1.1/events/?actor=5'), [1]);
  const [{ id: patchId }] = await api.ask('/api/patches/');
  assert.deepEqual(await ids(`/api/events/?patch=${patchId}&order=date`), [1, 2]);
  assert.deepEqual(await ids('/api/events/?patch=999999'), []);
});

test('a client that goes on from the last date misses nothing and sees that event again', async (context) => {
  const [api, { patch }] = await openReview(context);
  const created = { category: 'patch-created', patch };
  await append(api, [created]);
  await append(api, [created, created]);
  await append(api, [created]);
  const events = await api.ask<{ id: number; date: string }[]>('/api/events/?order=date');
  const ids = async (query: string): Promise<number[]> =>
    (await api.ask<{ id: number }[]>(`/api/events/?order=date&${query}`)).map(({ id }) => id);
  assert.deepEqual(await ids(`since=${events[1]!.date}`), [2, 3, 4]);
  assert.deepEqual(await ids(`before=${events[1]!.date}`), [1]);
  assert.deepEqual(await ids('since=2100-01-01'), []);
  assert.deepEqual(await ids('before=2100-01-01'), [1, 2, 3, 4]);
});

test('an event about a series that was joined with another tells of that one', async (context) => {
  const [api, { series }] = await openReview(context);
  await append(api, [{ category: 'series-created', series_id: 900 }]);
  await api.database.query('INSERT INTO patchloom.series_redirect VALUES (900, 901, $1)', [series]);
  const [event] = await api.ask('/api/events/');
  assert.equal(event.payload.series.name, 'lib: one');
});
