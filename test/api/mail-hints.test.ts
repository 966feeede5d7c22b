import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUser } from '../../src/store/users.ts';
import { openApi } from '../support/api-scene.ts';
import { storeAll } from '../support/index-mail.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';

const names = { firstName: '', lastName: '', isSuperuser: false };

test('a new patch has the state and the delegate that its header names', async (context) => {
  const api = await openApi(context);
  const { database } = api;
  await addUser(database, { ...names, username: 'dee', email: 'dee@brook.example' });
  const trace = [
    'X-Patchwork-State: changes  requested',
    'X-Patchwork-Delegate: DEE@brook.example',
  ];
  const unknown = ['X-Patchwork-State: Nowhere', 'X-Patchwork-Delegate: nobody@brook.example'];
  const subject = '[PATCH] gauge: depth';
  const hinted = sampleMail({ id: 'p1', subject, body: patchText('a'), trace });
  await storeAll(database, [
    hinted,
    sampleMail({ id: 'p2', subject, body: patchText('b'), minute: 500, trace: unknown }),
  ]);
  const [first, second] = await api.ask('/api/patches/');
  assert.deepEqual([first.state, first.delegate.username], ['changes-requested', 'dee']);
  assert.deepEqual([second.state, second.delegate], ['new', null]);
});

test('what people said of a patch is not undone by a copy of its mail', async (context) => {
  const api = await openApi(context);
  const { database } = api;
  const trace = ['X-Patchwork-State: Accepted'];
  const mail = { id: 'p1', subject: '[PATCH] gauge: depth', body: patchText('a') };
  await storeAll(database, [sampleMail({ ...mail, trace })]);
  await database.query('UPDATE patchloom.patch SET state_id = 4');
  for (const relay of ['a', 'b', 'c']) {
    await storeAll(database, [sampleMail({ ...mail, trace: [...trace, `Received: by ${relay}`] })]);
  }
  const [patch] = await api.ask('/api/patches/');
  assert.equal(patch.state, 'rejected');
});

test('a comment that asks for action is not addressed, also when its patch comes later', async (context) => {
  const { database } = await openApi(context);
  const reply = { subject: 'Re: [PATCH] gauge: depth', references: ['p1'] };
  await storeAll(database, [
    sampleMail({ ...reply, id: 'k1', trace: ['X-Patchwork-Action-Required: yes'] }),
    sampleMail({ ...reply, id: 'k2', body: 'Fine.\n' }),
  ]);
  const subject = '[PATCH] gauge: depth';
  await storeAll(database, [sampleMail({ id: 'p1', subject, body: patchText('a') })]);
  const { rows } = await database.query(
    `SELECT m.message_id, r.addressed FROM patchloom.message m
     LEFT JOIN patchloom.comment_review r ON r.message = m.id WHERE m.kind = 'comment' ORDER BY 1`,
  );
  assert.deepEqual(rows, [
    { message_id: '<k1@brook.example>', addressed: false },
    { message_id: '<k2@brook.example>', addressed: null },
  ]);
});

test('mail that wants to be ignored is kept and is no patch', async (context) => {
  const api = await openApi(context);
  const { database } = api;
  const trace = ['X-Patchwork-Hint: Ignore'];
  const subject = '[PATCH] gauge: depth';
  await storeAll(database, [sampleMail({ id: 'p1', subject, body: patchText('a'), trace })]);
  assert.deepEqual(await api.ask('/api/patches/'), []);
  const { rows } = await database.query('SELECT kind FROM patchloom.message');
  assert.deepEqual(rows, [{ kind: 'other' }]);
});
