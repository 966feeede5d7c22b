import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeAll } from '../support/index-mail.ts';
import { openApi } from '../support/api-scene.ts';
import type { AnyAnswer, ApiScene } from '../support/api-scene.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';

const patch = (version: string, id: string) =>
  sampleMail({
    id,
    subject: `[PATCH${version}] gauge: read the depth`,
    minute: version === '' ? 0 : 90,
    body: patchText('depth'),
  });

const mails = [
  patch('', '1'),
  sampleMail({ id: 'r', subject: 'Re: [PATCH] gauge: read the depth', references: ['1'] }),
  patch(' v2', '2'),
  sampleMail({ id: 'd', subject: '[PATCH] gauge: undated', minute: null, body: patchText('x') }),
];

interface Feed {
  readonly lines: readonly AnyAnswer[];
  readonly next: number;
}

async function read(scene: ApiScene, query: string): Promise<Feed> {
  const response = await scene.fetch(`/feed${query}`);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.equal(response.headers.get('content-type'), 'application/x-ndjson');
  return {
    lines:
      text === ''
        ? []
        : text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line)),
    next: Number(response.headers.get('patchloom-next')),
  };
}

test('the feed says everything in the order in which it happened, and where to go on', async (context) => {
  const scene = await openApi(context);
  await storeAll(scene.database, mails.slice(0, 2));
  const { lines, next } = await read(scene, '');
  assert.deepEqual(
    lines.map(({ seq, category }) => [seq, category]),
    [
      [1, 'patch-created'],
      [2, 'patch-comment-created'],
      [3, 'series-created'],
      [4, 'patch-completed'],
      [5, 'series-completed'],
    ],
  );
  assert.equal(next, 5);
  assert.deepEqual(await read(scene, '?after=5'), { lines: [], next: 5 });
  const some = await read(scene, '?after=1&limit=2');
  assert.deepEqual([some.lines.map(({ seq }) => seq), some.next], [[2, 3], 3]);
  const { lines: categories } = await read(
    scene,
    '?category=series-created&category=patch-created',
  );
  assert.deepEqual(
    categories.map(({ seq }) => seq),
    [1, 3],
  );
  const { lines: ofProject } = await read(scene, '?project=brook-devel&limit=1');
  assert.equal(ofProject.length, 1);
});

test('a line has all that the API shows of the event, under one number', async (context) => {
  const scene = await openApi(context);
  await storeAll(scene.database, mails);
  const { lines } = await read(scene, '?limit=1000');
  const events = await scene.ask('/api/1.4/events/?order=date&per_page=250');
  for (const { id, ...event } of events) {
    const { seq, ...line } = lines.find((one: AnyAnswer) => one.seq === id);
    assert.deepEqual(line, event, `event ${seq}`);
    assert.deepEqual(Object.keys(line), Object.keys(event));
  }
  const payloadOf = (category: string) => lines.find((line) => line.category === category)?.payload;
  const { series, by, kind } = payloadOf('series-superseded');
  assert.deepEqual([series.version, by.version, kind], [1, 2, 'revision']);
  const { message, flags } = payloadOf('message-flagged');
  assert.deepEqual([message.msgid, flags], ['<d@brook.example>', ['date-missing']]);
  assert.equal(events.length + 2, lines.length);
});

test('who asks to wait is answered when something happens', async (context) => {
  const scene = await openApi(context);
  const waiting = read(scene, '?after=0&wait=60');
  await storeAll(scene.database, mails.slice(0, 1));
  assert.equal((await waiting).lines.length, 4);
});

test('who waits for a category is not answered by others', async (context) => {
  const scene = await openApi(context);
  const waiting = read(scene, '?after=0&wait=60&category=patch-comment-created');
  await storeAll(scene.database, mails.slice(0, 1));
  await storeAll(scene.database, mails.slice(1, 2));
  const { lines } = await waiting;
  assert.deepEqual(
    lines.map(({ seq }) => seq),
    [5],
  );
});

test('who waits in vain is told so, and where to go on', async (context) => {
  const scene = await openApi(context);
  await storeAll(scene.database, mails.slice(0, 1));
  const { lines, next } = await read(scene, '?after=0&wait=1&category=check-created');
  assert.deepEqual([lines, next], [[], 4]);
});

test('a client that stays may wait often on its connection', async (context) => {
  const scene = await openApi(context);
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  for (let count = 0; count < 15; count += 1) await read(scene, '?after=0');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  assert.deepEqual(warnings, []);
});

for (const query of [
  '?after=x',
  '?limit=-1',
  '?limit=0',
  '?wait=1.5',
  '?category=zzz',
  '?project=zzz',
]) {
  test(`${query} is refused, for its reader would wait for ever`, async (context) => {
    const scene = await openApi(context);
    await scene.ask(`/feed${query}`, 400);
  });
}
