import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asMessageId } from '../../src/message/message-id.ts';
import { combinedCheck } from '../../src/review/combined-check.ts';
import type { CheckState } from '../../src/review/combined-check.ts';
import { fileName } from '../../src/review/file-name.ts';
import { headerObject } from '../../src/review/header-object.ts';
import { mailboxText } from '../../src/review/mailbox-text.ts';
import { naiveTime } from '../../src/review/naive-time.ts';
import { archiveUrl, messageIdInPath, patchPath } from '../../src/review/site-paths.ts';

const fileNames: readonly [name: string, file: string][] = [
  ['[v2,1/2] lib: add support', 'v2-1-2-lib-add-support'],
  ['a  b//c', 'a-b-c'],
  ['--a.b_c--', 'a.b_c'],
  ['…', ''],
];

test('a name without end gives a file name that fits into a header', () => {
  const name = fileName(`[PATCH] ${'word '.repeat(30_000)}`);
  assert.ok(name.startsWith('PATCH-word-word-') && name.length <= 200);
});

for (const [name, file] of fileNames) {
  test(`the file of "${name}" is called "${file}"`, () => assert.equal(fileName(name), file));
}

const idsInPaths: readonly [id: string, path: string][] = [
  ['<20200429192340.14252-1-p@s.example>', '20200429192340.14252-1-p@s.example'],
  ['<a/b@c.example>', 'a%2Fb@c.example'],
  ['<50%?#"@c.example>', '50%25%3F%23%22@c.example'],
  ['<ä b@c.example>', '%C3%A4%20b@c.example'],
  ["<a+b=c!$&'()*,;:~@c.example>", "a+b=c!$&'()*,;:~@c.example"],
];

for (const [id, path] of idsInPaths) {
  test(`${id} stands in a path as ${path}`, () => {
    assert.equal(messageIdInPath(asMessageId(id)), path);
    assert.equal(decodeURIComponent(path), id.slice(1, -1));
  });
}

test('the path of a patch names its project and message-id', () => {
  const id = asMessageId('<a@b.example>');
  assert.equal(patchPath('ltp', id), '/project/ltp/patch/a@b.example/');
});

test('an archive is asked by message-id without brackets, and not at all without a format', () => {
  const id = asMessageId('<$&@b.example>');
  assert.equal(archiveUrl('https://lore.example/x/{}', id), 'https://lore.example/x/$&@b.example');
  assert.equal(archiveUrl('', id), null);
});

const times: readonly [iso: string, naive: string][] = [
  ['2017-08-30T08:32:05Z', '2017-08-30T08:32:05'],
  ['2017-08-30T08:32:05.1Z', '2017-08-30T08:32:05.100000'],
  ['2017-08-30T08:32:05.046086Z', '2017-08-30T08:32:05.046086'],
];

for (const [iso, naive] of times) {
  test(`${iso} is shown as ${naive}`, () => assert.equal(naiveTime(iso), naive));
}

test('repeated header fields are a list under the first spelling, in the place of the first', () => {
  const headers = headerObject([
    ['Received', 'a'],
    ['From', 'b'],
    ['received', 'c'],
    ['__proto__', 'd'],
    ['RECEIVED', 'e'],
  ]);
  assert.equal(JSON.stringify(headers), '{"Received":["a","c","e"],"From":"b","__proto__":"d"}');
});

/** Checks of one user, oldest first, by context. */
function checks(...states: readonly [context: string, state: CheckState][]) {
  return states.map(([context, state], at) => ({ id: at, userId: 1, context, state }));
}

test('no check is pending', () => assert.equal(combinedCheck([]), 'pending'));

test('the gravest of the newest checks counts', () => {
  assert.equal(combinedCheck(checks(['a', 'success'])), 'success');
  assert.equal(combinedCheck(checks(['a', 'success'], ['b', 'pending'])), 'pending');
  assert.equal(combinedCheck(checks(['a', 'pending'], ['b', 'warning'])), 'warning');
  assert.equal(combinedCheck(checks(['a', 'warning'], ['b', 'fail'])), 'fail');
  assert.equal(combinedCheck(checks(['a', 'fail'], ['a', 'success'])), 'success');
});

test('a check of another user does not supersede', () => {
  const own = { id: 1, userId: 1, context: 'a', state: 'fail' } as const;
  assert.equal(combinedCheck([own, { ...own, id: 2, userId: 2, state: 'success' }]), 'fail');
});

const mailboxes: readonly [name: string | null, text: string][] = [
  ['Ada Brook', 'Ada Brook <a@b.example>'],
  [null, 'a@b.example'],
  ['Brook, Ada "A"', '"Brook, Ada \\"A\\"" <a@b.example>'],
  ['Jörg', '=?utf-8?b?SsO2cmc=?= <a@b.example>'],
  ['Eve\nBcc: x@y.example', '"Eve Bcc: x@y.example" <a@b.example>'],
];

for (const [name, text] of mailboxes) {
  test(`the mailbox of ${JSON.stringify(name)} is ${text}`, () =>
    assert.equal(mailboxText(name, 'a@b.example'), text));
}
