import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mailboxes } from '../../src/message/address-list.ts';
import { submitter } from '../../src/message/submitter.ts';
import { decodeHeaderText } from '../../src/parsing/header-text.ts';

const list = 'list.example.com';
const real = 'Existing Sender <existing@example.com>';

function sender(fields: Record<string, string>, author: string | null = null): string {
  const headers = Object.entries(fields).map(([name, value]) => ({ name, value }));
  const named = author === null ? null : { name: 'Some Author', email: author };
  const { person, rule } = submitter(headers, list, named, decodeHeaderText);
  return `${rule}: ${person.name} <${person.email}>`;
}

function nameOf(from: string): string {
  return sender({ From: from });
}

test('a From without an address has a null one', () => {
  assert.equal(nameOf(''), 'From: null <null>');
  assert.equal(nameOf('testH=?UTF-8?B?w6E=?=user=?UTF-8?B?w6E=?='), 'From: testH á user á <null>');
});

test('names in any encoding are read', () => {
  assert.equal(nameOf('example user <user@example.com>'), 'From: example user <user@example.com>');
  const expected = 'From: éxample user <user@example.com>';
  assert.equal(nameOf('=?utf-8?q?=C3=A9xample=20user?= <user@example.com>'), expected);
  assert.equal(nameOf('=?utf-8?q?=C3=A9xample?= user <user@example.com>'), expected);
  assert.equal(nameOf('=?utf-8?B?w6l4YW1wbGUgdXNlcg==?= <user@example.com>'), expected);
});

test('a comma in a name does not end it: quoted, encoded or bare', () => {
  const expected = 'From: Last, First <a@example.com>';
  assert.equal(nameOf('"Last, First" <a@example.com>'), expected);
  assert.equal(nameOf('=?utf-8?q?Last,_First?= <a@example.com>'), expected);
  assert.equal(nameOf('=?utf-8?q?Last=2C?= First <a@example.com>'), expected);
  assert.equal(nameOf('Last, First <a@example.com>'), expected);
});

test('only the first address of From counts', () => {
  assert.equal(nameOf('A <a@example.com>, B <b@example.com>'), 'From: A <a@example.com>');
});

test('addresses are read in the forms that archives and old mailers write', () => {
  assert.equal(nameOf('user at example.com (A User)'), 'From: A User <user@example.com>');
  assert.equal(nameOf('user@example.com (A User)'), 'From: A User <user@example.com>');
  assert.equal(nameOf('user@example.com'), 'From: null <user@example.com>');
  assert.equal(nameOf('root <root@localhost>'), 'From: root <root@localhost>');
  assert.equal(nameOf('=?utf-8?q?A_=3Ca=40example=2Ecom=3E?='), 'From: A <a@example.com>');
});

test('an apostrophe in a local part and brackets in a quoted name are no obstacle', () => {
  assert.equal(nameOf("O'Neil <o'neil@example.com>"), "From: O'Neil <o'neil@example.com>");
  assert.equal(nameOf('"A <b@c.d>" <a@example.com>'), 'From: A <b@c.d> <a@example.com>');
  assert.equal(nameOf('"A \\"Q\\" B" <a@example.com>'), 'From: A "Q" B <a@example.com>');
});

test('a quote or parenthesis that never closes stands for itself', () => {
  assert.equal(nameOf('A "B <a@example.com>'), 'From: A "B <a@example.com>');
  assert.equal(nameOf('A (B <a@example.com>'), 'From: A (B <a@example.com>');
});

test('a From rewritten by Mailman is undone by Reply-To', () => {
  const From = 'Existing Sender via List <list@example.com>';
  assert.equal(sender({ From, 'Reply-To': real }), `Reply-To: ${real}`);
});

test('a From rewritten by Mailman is undone by Cc, the list itself passed over', () => {
  const From = 'Existing Sender via List <list@example.com>';
  const Cc = `Existing Sender <list@example.com>, ${real}`;
  assert.equal(sender({ From, Cc }), `Cc: ${real}`);
});

test('among several Reply-To and Cc entries the one of the same name is the sender', () => {
  const fields = {
    From: 'Existing Sender via List <list@example.com>',
    'Reply-To': 'Other <other@example.com>, List <list@example.com>',
    Cc: `"Doe, Jane" <jane@example.com>, ${real}`,
  };
  assert.equal(sender(fields), `Cc: ${real}`);
});

test('a From rewritten by Google Groups is undone by X-Original-From', () => {
  const original = { 'X-Original-From': real };
  const expected = `X-Original-From: ${real}`;
  const froms = [
    "'Existing Sender' via List <list@example.com>",
    "'Existing Sender' via <list@example.com>",
    "'Existing Sender' <list@example.com>",
  ];
  for (const From of froms) assert.equal(sender({ From, ...original }), expected);
});

test('behind the list address an in-body From is the last resort', () => {
  const From = 'Somebody via List <LIST@example.com>';
  assert.equal(
    sender({ From }, 'author@example.com'),
    'in-body-From: Some Author <author@example.com>',
  );
  assert.equal(sender({ From }), 'From: Somebody <LIST@example.com>');
});

test('a bare list address in From stays', () => {
  const fields = { 'Reply-To': 'nobody', Cc: ', ,' };
  assert.equal(sender({ From: 'list@example.com', ...fields }), 'From: null <list@example.com>');
  assert.equal(sender({ From: '<list@example.com>', ...fields }), 'From: null <list@example.com>');
});

test('the list address is also known from List-Post', () => {
  const fields = {
    From: 'Existing Sender via Devel <devel@lists.example.org>',
    'List-Post': '<mailto:devel@lists.example.org?subject=x>',
    'Reply-To': real,
  };
  assert.equal(sender(fields), `Reply-To: ${real}`);
});

test('"via" in a From that is not the list is part of the name', () => {
  assert.equal(
    nameOf('Bug via Tracker <bugs@example.com>'),
    'From: Bug via Tracker <bugs@example.com>',
  );
});

test('the entries of an address header are told apart', () => {
  assert.deepEqual(mailboxes('"Xu, Peter" <p@x.org>,\n q@y.org (Quentin), undisclosed'), [
    { name: 'Xu, Peter', email: 'p@x.org' },
    { name: 'Quentin', email: 'q@y.org' },
    { name: 'undisclosed', email: null },
  ]);
});
