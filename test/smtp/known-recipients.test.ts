import { test } from 'node:test';
import assert from 'node:assert/strict';
import { knownRecipients, listAddress } from '../../src/smtp/known-recipients.ts';
import { replies } from '../../src/smtp/reply.ts';
import { openListener } from './open-listener.ts';

test('the address of a list is its List-Id with the first dot made an @', () => {
  assert.equal(listAddress('ltp.lists.linux.it'), 'ltp@lists.linux.it');
});

test('a list and the postmaster are known in any case, everybody else is refused', async () => {
  const replyFor = knownRecipients(async () => ['ltp.lists.linux.it'], 1000);
  const known = [
    'ltp@lists.linux.it',
    'LTP@Lists.Linux.IT',
    'postmaster',
    'PostMaster@any.example',
  ];
  for (const address of known) assert.equal(await replyFor(address), null, address);
  const unknown = [
    'ltp@lists.linux.it.example',
    'x@lists.linux.it',
    'ltp.lists.linux.it',
    'ltp@lists@linux.it',
    'root@localhost',
    '',
  ];
  for (const address of unknown) {
    assert.equal(await replyFor(address), replies.unknownRecipient, address);
  }
});

test('the lists are asked for once in a while, and again after a failure', async () => {
  let asked = 0;
  const replyFor = knownRecipients(async () => {
    asked += 1;
    if (asked === 1) throw new Error('database is away');
    return ['a.example.org'];
  }, 60_000);
  await assert.rejects(replyFor('a@example.org'), /database is away/);
  await Promise.all(['a@example.org', 'b@example.org'].map((address) => replyFor(address)));
  assert.equal(asked, 2);
});

test('a list that was added is known when the answer has aged', async () => {
  const listIds: string[] = [];
  const replyFor = knownRecipients(async () => [...listIds], 0);
  assert.equal(await replyFor('a@example.org'), replies.unknownRecipient);
  listIds.push('a.example.org');
  assert.equal(await replyFor('a@example.org'), null);
});

/** Ways to have a server pass mail on to somewhere else. */
const relayTries = [
  'victim@elsewhere.example',
  '@lists.example.org:victim@elsewhere.example',
  'victim%elsewhere.example@lists.example.org',
  'elsewhere.example!victim@lists.example.org',
  '"victim@elsewhere.example"@lists.example.org',
  'victim@elsewhere.example@lists.example.org',
  'list@[127.0.0.1]',
  'list@lists.example.org.',
  'list',
  '"list"@lists.example.org',
  'list+x@lists.example.org',
  'list@lists.example.org@elsewhere.example',
];

test('no form of address gets mail taken for somebody else', async (context) => {
  const recipientReply = knownRecipients(async () => ['list.lists.example.org'], 60_000);
  const { client } = await openListener(context, { recipientReply });
  const peer = await client();
  await peer.begin();
  for (const address of relayTries) {
    assert.match(await peer.ask(`RCPT TO:<${address}>`), /^(550 5\.7\.1|501) /, address);
  }
  assert.match(await peer.ask('RCPT TO:<@relay.example:List@lists.example.org>'), /^250 /);
  assert.match(await peer.ask('RCPT TO:<postmaster>'), /^250 /);
});
