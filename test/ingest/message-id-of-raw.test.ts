import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageIdOfRaw } from '../../src/ingest/message-id-of-raw.ts';

const cases: readonly (readonly [what: string, raw: string, messageId: string | null])[] = [
  ['CRLF', 'Subject: x\r\nMessage-ID: <a@b>\r\n\r\ntext', '<a@b>'],
  ['LF and another case', 'message-id: <a@b>\nSubject: x\n\ntext', '<a@b>'],
  ['a folded field', 'Message-ID:\r\n <a@b>\r\n\r\n', '<a@b>'],
  ['a header without a body', 'Message-ID: <a@b>', '<a@b>'],
  ['a body that begins at a CRLF after LF', 'Subject: x\n\r\nMessage-ID: <a@b>\n', null],
  ['a name in the body', 'Subject: x\r\n\r\nMessage-ID: <a@b>\r\n', null],
  ['a header that is too long', `Subject: ${'x'.repeat(20_000)}\nMessage-ID: <a@b>\n\n`, null],
  ['nothing', '', null],
];

for (const [what, raw, messageId] of cases) {
  test(`the Message-ID for the log: ${what}`, () => {
    assert.equal(messageIdOfRaw(Buffer.from(raw, 'latin1')), messageId);
  });
}
