import { test } from 'node:test';
import assert from 'node:assert/strict';
import { decodeMessage } from '../../src/parsing/decode-message.ts';
import { contentKey } from '../../src/message/content-key.ts';
import { mail } from '../parsing/mail-source.ts';

function key(raw: Buffer | string): string {
  const decoded = decodeMessage(Buffer.from(raw));
  return contentKey(decoded.fields, decoded.body);
}

const fields = { Subject: 'x', 'In-Reply-To': '<d@x>', References: '<a@x> <b@x>' };
const message = mail(fields, 'text ü\n> quote\n').toString();

test('a copy by SMTP and one out of an mbox have the same content key', () => {
  const bySmtp = message.replaceAll('\n', '\r\n');
  const outOfMbox = `${message}\n\n`;
  assert.equal(key(bySmtp), key(message));
  assert.equal(key(outOfMbox), key(message));
});

test('CRLF inside of a body with LF header lines does not change the key', () => {
  assert.equal(key(message.replace('quote\n', 'quote\r\n')), key(message));
});

test('transport headers, added list headers and folds do not change the key', () => {
  const relayed = `Received: by relay\nReturn-Path: <x@y>\nDKIM-Signature: z\n${message}`;
  assert.equal(key(relayed), key(message));
  assert.equal(key(message.replace('<a@x> <b@x>', '<a@x>\n\t<b@x>')), key(message));
});

test('another author, date, subject, parent or text gives another key', () => {
  const changes: [from: string, to: string][] = [
    ['A Sender', 'B Sender'],
    ['16:32:05', '16:32:06'],
    ['Subject: x', 'Subject: y'],
    ['<b@x>', '<c@x>'],
    ['<d@x>', '<e@x>'],
    ['<1@example.com>', '<2@example.com>'],
    ['text ü', 'text ä'],
  ];
  for (const [from, to] of changes)
    assert.notEqual(key(message.replace(from, to)), key(message), to);
});
