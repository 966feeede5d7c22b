import { test } from 'node:test';
import assert from 'node:assert/strict';
import { decodeHeaderText } from '../../src/parsing/header-text.ts';

const readable: [claim: string, value: string, text: string | null][] = [
  ['plain text stays', 'test subject', 'test subject'],
  ['quoted-printable', '=?utf-8?q?test=20s=c3=bcbject?=', 'test sübject'],
  ['an encoded word after plain text', 'test =?utf-8?q?s=c3=bcbject?=', 'test sübject'],
  ['base64 in any case', '=?UTF-8?b?w6l4YW1wbGU=?=', 'éxample'],
  ['base64 without its padding', '=?utf-8?B?w6k?=', 'é'],
  ['words in a row are joined', '=?utf-8?q?a?= =?utf-8?q?b?=\n\t=?utf-8?q?c?=', 'abc'],
  ['a character split over two words', '=?utf-8?q?=C3?= =?utf-8?q?=A9?=', 'é'],
  ['two charsets in a row', '=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=', 'éé'],
  ['a space where a word touches text', 'x=?utf-8?q?=C3=A9?=y', 'x é y'],
  ['no space at a parenthesis', '(=?utf-8?q?=C3=A9?=)', '(é)'],
  ['underscores are spaces, also at the end', '=?utf-8?q?a_b_?=c', 'a b c'],
  ['a language after the charset', '=?utf-8*en?q?=C3=A9?=', 'é'],
  ['folds and blanks are one space', 'a\n \t b  c ', 'a b c'],
  ['Japanese', '=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=', '日本'],
  ['Chinese', '=?gb2312?B?1tDOxA==?=', '中文'],
  ['an unknown charset is guessed: utf-8', '=?foo-1?q?=C3=A9?=', 'é'],
  ['an unknown charset is guessed: windows-1252', '=?foo-1?q?=80=E9?=', '€é'],
  ['a charset that is no charset', '=?base64?q?abc?=', 'abc'],
  ['bytes that are wrong in their charset', '=?utf-8?q?=E9?=', 'é'],
  ['line breaks in an encoded word are spaces', '=?utf-8?q?a=0D=0ABcc:_evil?=', 'a Bcc: evil'],
  ['NUL is dropped', '=?utf-8?B?YQBi?=', 'ab'],
  ['a lone surrogate is replaced', '=?utf-16be?B?2AA=?=', '\uFFFD'],
  ['broken base64 is unreadable', '=?utf-8?B?abcde?=', null],
  ['an unfinished word is text', '=?utf-8?q?abc', '=?utf-8?q?abc'],
  ['a word broken by a line end is text', '=?utf-8?q?ab\n c?=', '=?utf-8?q?ab c?='],
  ['another encoding is text', '=?utf-8?x?abc?=', '=?utf-8?x?abc?='],
  ['an X-Face is text', '=?"|~%^&*(){}[]', '=?"|~%^&*(){}[]'],
];

for (const [claim, value, text] of readable) {
  test(`header text: ${claim}`, () => assert.equal(decodeHeaderText(value), text));
}
