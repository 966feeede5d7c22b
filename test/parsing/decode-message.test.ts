import { test } from 'node:test';
import assert from 'node:assert/strict';
import { decodeMessage } from '../../src/parsing/decode-message.ts';
import { mail, mixed, parts } from './mail-source.ts';

function texts(raw: Buffer): string[] {
  return decodeMessage(raw).textParts.map((part) => part.text);
}

function textPlain(fields: Record<string, string>, bytes: Buffer | string): Buffer {
  return Buffer.concat([mail(fields, ''), Buffer.from(bytes)]);
}

test('fields keep their order, repeats and folds', () => {
  const raw = Buffer.from('B: 1\nA:2\nB:  3\n\tfold \nC:\n\nbody\n');
  const { fields, body } = decodeMessage(raw);
  assert.deepEqual(fields, [
    { name: 'B', value: '1' },
    { name: 'A', value: '2' },
    { name: 'B', value: '3\n\tfold ' },
    { name: 'C', value: '' },
  ]);
  assert.equal(body, 'body\n');
});

test('separator lines of mailbox files are no fields and do not end the header', () => {
  const raw = Buffer.from('From x@y Mon Jan  1 00:00:00 2018\nA: 1\n>From z\nB: 2\n\nbody');
  assert.deepEqual(
    decodeMessage(raw).fields.map(({ name }) => name),
    ['A', 'B'],
  );
});

test('a line that is no field ends the header and is body', () => {
  const { fields, body } = decodeMessage(Buffer.from('A: 1\nno field here\nB: 2\n'));
  assert.equal(fields.length, 1);
  assert.equal(body, 'no field here\nB: 2\n');
});

test('a message without a body, or without anything, is decoded', () => {
  for (const source of ['', '\n', 'A: 1', 'A: 1\n', 'A: 1\n\n']) {
    const { body, textParts } = decodeMessage(Buffer.from(source));
    assert.equal(body, '', JSON.stringify(source));
    assert.deepEqual(textParts, [{ contentType: 'text/plain', filename: null, text: '' }]);
  }
});

test('CRLF of the transport becomes LF, a CR in a body of LF lines is content', () => {
  assert.deepEqual(texts(Buffer.from('A: 1\r\n\r\nx\r\ny\r\n')), ['x\ny\n']);
  assert.deepEqual(texts(Buffer.from('A: 1\n\nx\r\ny\n')), ['x\r\ny\n']);
});

test('raw utf-8 and raw latin-1 in a header are read', () => {
  assert.equal(decodeMessage(Buffer.from('Subject: sübject\n\n')).fields[0]?.value, 'sübject');
  const latin1 = decodeMessage(Buffer.from('Subject: s\xfcbject\n\n', 'latin1'));
  assert.equal(latin1.fields[0]?.value, 'sübject');
  assert.deepEqual(latin1.flags, ['charset-unknown']);
});

test('quoted-printable and base64 are undone', () => {
  const qp = {
    'Content-Transfer-Encoding': 'quoted-printable',
    'Content-Type': 'text/plain; charset=utf-8',
  };
  assert.deepEqual(texts(mail(qp, 's=C3=BCb=\nject=20\n')), ['sübject \n']);
  const base64 = { ...qp, 'Content-Transfer-Encoding': 'BASE64' };
  assert.deepEqual(texts(mail(base64, Buffer.from('sübject\r\n').toString('base64'))), [
    'sübject\r\n',
  ]);
});

const charsets: [
  claim: string,
  charset: string | null,
  bytes: number[],
  text: string,
  flag?: string,
][] = [
  ['utf-8', 'UTF-8', [0xc3, 0xbc], 'ü'],
  ['true latin-1, not windows-1252', 'iso-8859-1', [0x80, 0xfc], '\x80ü'],
  ['windows-1252', 'windows-1252', [0x80], '€'],
  ['missing, utf-8 by luck', null, [0xc3, 0xbc], 'ü'],
  ['missing, windows-1252', null, [0x80, 0xfc], '€ü', 'charset-unknown'],
  ['missing, a byte that windows-1252 lacks', null, [0x81, 0xfc], '\x81ü', 'charset-unknown'],
  ['unknown, utf-8', 'no-such', [0xc3, 0xbc], 'ü', 'charset-unknown'],
  ['unknown, ASCII', '__proto__', [0x61], 'a', 'charset-unknown'],
  ['utf-8 that is not: no text is lost', 'utf-8', [0x61, 0xfc], 'aü', 'charset-mismatch'],
  ['us-ascii that is not', 'us-ascii', [0xc3, 0xbc], 'ü', 'charset-mismatch'],
  ['gb2312', 'gb2312', [0xd6, 0xd0], '中'],
  ['shift_jis', 'Shift_JIS', [0x93, 0xfa], '日'],
  ['iso-2022-jp', 'ISO-2022-JP', [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42], '日'],
  ['utf-16', 'utf-16le', [0x61, 0x00], 'a'],
];

for (const [claim, charset, bytes, text, flag] of charsets) {
  test(`charset: ${claim}`, () => {
    const type = charset === null ? 'text/plain' : `text/plain; charset="${charset}"`;
    const { textParts, flags } = decodeMessage(
      textPlain({ 'Content-Type': type }, Buffer.from(bytes)),
    );
    assert.equal(textParts[0]?.text, text);
    assert.deepEqual(flags, flag === undefined ? [] : [flag]);
  });
}

test('NUL and lone surrogates are replaced and flagged, in header and body', () => {
  const inBody = decodeMessage(mail({}, 'a\0b'));
  assert.equal(inBody.textParts[0]?.text, 'a\uFFFDb');
  assert.deepEqual(inBody.flags, ['text-repaired']);
  const inHeader = decodeMessage(mail({ Subject: 'a\0b' }, ''));
  assert.equal(inHeader.fields.at(-1)?.value, 'a\uFFFDb');
  assert.deepEqual(inHeader.flags, ['text-repaired']);
  const type = { 'Content-Type': 'text/plain; charset=utf-16be' };
  assert.deepEqual(texts(textPlain(type, Buffer.from([0xd8, 0x00]))), ['\uFFFD']);
});

test('format=flowed is left alone', () => {
  const type = { 'Content-Type': 'text/plain; format=flowed; delsp=yes' };
  assert.deepEqual(texts(mail(type, ' stuffed \nline \n')), [' stuffed \nline \n']);
});

test('text parts of a multipart are found, without the newline before their boundary', () => {
  const body = parts(
    ['Content-Type: text/plain', 'one'],
    ['Content-Type: image/png', 'not text'],
    ['Content-Type: text/x-patch; name="a.patch"', 'two\n'],
    ['', 'three'],
  );
  assert.deepEqual(decodeMessage(mail(mixed, body)).textParts, [
    { contentType: 'text/plain', filename: null, text: 'one' },
    { contentType: 'text/x-patch', filename: 'a.patch', text: 'two\n' },
    { contentType: 'text/plain', filename: null, text: 'three' },
  ]);
});

test('an attachment named *.patch or *.diff is given as text, whatever its type', () => {
  const octets =
    'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=';
  const body = parts(
    [`${octets}"0001-fix.PATCH"`, 'x'],
    [`${octets}fix.diff`, 'y'],
    [`${octets}fix.c`, 'z'],
  );
  assert.deepEqual(texts(mail(mixed, body)), ['x', 'y']);
});

test('file names in RFC 2231 form and as encoded words are read', () => {
  const type = 'Content-Type: text/plain\nContent-Disposition: attachment; ';
  const body = parts(
    [`${type}filename*=utf-8''%C3%BC.patch`, ''],
    [`${type}filename="=?utf-8?q?=C3=BC.patch?="`, ''],
  );
  const names = decodeMessage(mail(mixed, body)).textParts.map((part) => part.filename);
  assert.deepEqual(names, ['ü.patch', 'ü.patch']);
});

test('parts inside of an attached message are found', () => {
  const inner =
    'Subject: inner\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\ndeep\n--c--\n';
  const body = parts(
    ['Content-Type: message/rfc822', inner],
    ['Content-Type: text/plain', 'after'],
  );
  assert.deepEqual(texts(mail(mixed, body)), ['deep', 'after']);
});

test('the parts of a digest are messages', () => {
  const body = parts(['', 'Subject: one\n\nfirst'], ['', 'Subject: two\n\nsecond']);
  const digest = { 'Content-Type': 'multipart/digest; boundary=b' };
  assert.deepEqual(texts(mail(digest, body)), ['first', 'second']);
});

test('an inner multipart that never closes ends at the outer boundary', () => {
  const inner = '--c\n\ninner one\n--c\n\ninner two';
  const body = parts(['Content-Type: multipart/mixed; boundary=c', inner], ['', 'outer']);
  assert.deepEqual(texts(mail(mixed, body)), ['inner one', 'inner two', 'outer']);
});

test('an inner multipart that uses the boundary of the outer one loses no text', () => {
  const body =
    '--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n';
  assert.deepEqual(texts(mail(mixed, body)), ['one', 'two']);
});

test('a message that was cut short keeps its last part', () => {
  assert.deepEqual(texts(mail(mixed, '--b\n\none\n--b\n\ntw')), ['one', 'tw']);
});

test('a multipart without a boundary, or whose boundary never comes, is text', () => {
  for (const type of ['multipart/mixed', 'multipart/mixed; boundary=zz']) {
    const { textParts, flags } = decodeMessage(mail({ 'Content-Type': type }, 'some text\n'));
    assert.deepEqual(textParts, [
      { contentType: 'text/plain', filename: null, text: 'some text\n' },
    ]);
    assert.deepEqual(flags, ['mime-broken']);
  }
});

test('a Content-Type that is none is text/plain', () => {
  for (const type of ['text', '', 'a/b/c', '; charset=utf-8']) {
    const [part] = decodeMessage(mail({ 'Content-Type': type }, 'x')).textParts;
    assert.equal(part?.contentType, 'text/plain', type);
  }
});

test('of 5000 parts the first thousand entities are read, and the message is flagged', () => {
  const body = parts(
    ...Array.from({ length: 5000 }, (_, index): [string, string] => ['', `${index}`]),
  );
  const { textParts, flags } = decodeMessage(mail(mixed, body));
  assert.equal(textParts.length, 999);
  assert.equal(textParts.at(-1)?.text, '998');
  assert.deepEqual(flags, ['mime-limited']);
});

test('a thousand messages inside of each other are read to depth 100, and the message is flagged', () => {
  const nested = 'Content-Type: message/rfc822\n\n'.repeat(1000);
  const { textParts, flags } = decodeMessage(Buffer.from(`${nested}text`));
  assert.deepEqual(textParts, []);
  assert.deepEqual(flags, ['mime-limited']);
});

test('of a header of 1 MB the first 256 KiB are read, and the body is found', () => {
  const raw = mail({ Subject: 'x', 'X-Long': 'y\n z'.repeat(250_000), Last: '1' }, 'body\n');
  const { fields, body, flags } = decodeMessage(raw);
  assert.equal(fields.at(-1)?.name, 'X-Long');
  assert.ok((fields.at(-1)?.value.length ?? 0) <= 256 * 1024);
  assert.equal(body, 'body\n');
  assert.deepEqual(flags, ['header-limited']);
});
