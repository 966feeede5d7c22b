import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mailboxes } from '../../src/message/address-list.ts';
import { contentKey } from '../../src/message/content-key.ts';
import { utcDate } from '../../src/message/date.ts';
import { encodedWords } from '../../src/message/encoded-word.ts';
import { inBodyFrom } from '../../src/message/in-body-from.ts';
import { namedList } from '../../src/message/list-id.ts';
import { bracketedIds, messageIdIn, referencedIds } from '../../src/message/message-id.ts';
import { patchFile } from '../../src/message/patch-file.ts';
import { seriesMarker } from '../../src/message/series-marker.ts';
import { prefixTokens, subjectFacts } from '../../src/message/subject.ts';
import { listAddresses, submitter } from '../../src/message/submitter.ts';
import { collapseWhiteSpace } from '../../src/message/white-space.ts';
import { charsetText, storableText } from '../../src/parsing/charset-text.ts';
import { headerBlock } from '../../src/parsing/header-block.ts';
import { decodeHeaderText } from '../../src/parsing/header-text.ts';
import { mediaType } from '../../src/parsing/media-type.ts';
import { headerFacts, parseMessage } from '../../src/parsing/parse-message.ts';

const field = (name: string, value: string) => [{ name, value }];
const listFrom = { name: 'From', value: 'A via L <l@example.com>' };

/** Every function that reads text which came by mail. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  mailboxes,
  utcDate,
  encodedWords,
  bracketedIds,
  messageIdIn,
  patchFile,
  prefixTokens,
  collapseWhiteSpace,
  storableText,
  decodeHeaderText,
  references: (text) => referencedIds(null, [text], [text]),
  'series marker': (text) => seriesMarker([text]),
  'subject facts': (text) => subjectFacts(text, 'x'),
  'in-body From': (text) => inBodyFrom(`From: ${text}`, decodeHeaderText),
  'list id': (text) => namedList(field('List-Id', text), decodeHeaderText),
  'list addresses': (text) => listAddresses(field('List-Post', text), null),
  'From of a sender': (text) => submitter(field('From', text), null, null, decodeHeaderText),
  'Cc of a rewritten sender': (text) =>
    submitter([listFrom, ...field('Cc', text)], 'l.example.com', null, decodeHeaderText),
  'From of the list': (text) =>
    submitter(field('From', `${text} <l@example.com>`), 'l.example.com', null, decodeHeaderText),
  'content key': (text) => contentKey(field('Subject', text), text),
  header: (text) => headerBlock(text, 0, () => false),
  'header field': (text) => headerBlock(`A: ${text}`, 0, () => false),
  'Content-Type': (text) => mediaType(field('Content-Type', `text/plain; ${text}`), 'text/plain'),
  'missing charset': (text) => charsetText(Buffer.from(text), null),
  'Chinese charset': (text) => charsetText(Buffer.from(text), 'gb18030'),
  'Japanese charset': (text) => charsetText(Buffer.from(text), 'iso-2022-jp'),
  'utf-7': (text) => charsetText(Buffer.from(text), 'utf-7'),
  'charset name': (text) => charsetText(Buffer.from('\xff', 'latin1'), text),
};

const multipart = 'Content-Type: multipart/mixed; boundary=b\n';

/** Whole messages around a hostile text. */
const messages: Readonly<Record<string, (text: string) => string>> = {
  body: (text) => `Subject: x\n\n${text}`,
  reply: (text) => `Subject: Re: x\n\n${text}`,
  'quoted-printable body': (text) => `Content-Transfer-Encoding: quoted-printable\n\n${text}`,
  'base64 body': (text) => `Content-Transfer-Encoding: base64\n\n${text}`,
  'message without a header end': (text) => text,
  'multipart body': (text) => `${multipart}\n${text}`,
  'part of a multipart': (text) => `${multipart}\n--b\n\n${text}\n--b--`,
  'part header': (text) => `${multipart}\n--b\n${text}\n--b--`,
  'attached patch': (text) => `Content-Type: text/x-patch\n\nFrom: a@b\n\n${text}`,
  'HTML body': (text) => `Content-Type: text/html\n\n${text}`,
  'CRLF message': (text) => `Subject: x\r\n\r\n${text.replaceAll('\n', '\r\n')}`,
};

// prettier-ignore
const seeds = [
  'x', ' ', '\n', '\r', '\r\n', '\t', '\0', '=', '?', '"', '\\"', '(', ')', '()', '<', '>', '<>', '<a>', ',', ';', ':',
  '[', ']', '[]', '[a]', '1', '1/', '/1', ' of ', '1 of ', "'", ' via ', ' at ', 'a at b.c ', 'Re: ', '(v', '(v1', '@', 'a@', '.', '\\',
  '=?', '?=', '=?a?q?', '=?a?q? ', '=?a?q?\n', '=?utf-8?q?=C3?=', '=?utf-8?q?=C3?= ', '=?utf-8?b?w6k?=x', '=?a?b?A?=',
  '--', '--b\n', '--b\n\n', '--b--\n', '--c', '\n--', '\n\n', 'a:\n', 'a: b\n', ' a\n', 'From \n', 'a :', 'a', 'From: ', 'From: a@b\n',
  'Content-Type: multipart/mixed; boundary=b\n\n--b\n', 'Content-Type: message/rfc822\n\n', 'Content-Type: text/html\n\n<div>',
  '*0*=a;', 'name*1*=%41;', "a*=utf-8''%41;", '=\n', '=4', '= \n', 'A=', '====', 'é', '😀', '\x1b$B', '\x1b(B', '+AGE-', '+',
  '-- \n', '___\n', 'mailto:', '<mailto:', 'Mon, ', '1-', '10:', '+0', '<p>x</p>', '<table>', '<a href="', '&',
];

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function spentMs(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  return cpuMs(before);
}

/** As much of a header as is read. */
const headerLength = 1 << 18;
const messageLength = 1 << 19;
/** Garbage collection and a busy machine explain this much; a quadratic function is far beyond it. */
const noiseMs = 400;

/** Compares an eighth of a text with the whole: quadratic time would be 64 times as much, and too much for the eighth already. */
async function assertLinear(
  claim: string,
  seed: string,
  length: number,
  run: (text: string) => unknown,
): Promise<void> {
  const part = seed.repeat(length / 8 / seed.length);
  const whole = seed.repeat(length / seed.length);
  const partMs = await spentMs(() => run(part));
  assert.ok(partMs < noiseMs, `${claim}: ${partMs} ms for an eighth`);
  const wholeMs = await spentMs(() => run(whole));
  if (process.env['GROWTH_FIGURES'] !== undefined && wholeMs > 60) {
    console.log(Math.round(wholeMs), 'ms', claim);
  }
  const allowedMs = Math.max(noiseMs, 24 * partMs);
  assert.ok(wholeMs < allowedMs, `${claim}: ${partMs} ms for an eighth, ${wholeMs} ms for all`);
}

for (const [name, read] of Object.entries(readers)) {
  test(`256 KiB of any hostile text takes linear time: ${name}`, async () => {
    for (const seed of seeds) {
      await assertLinear(`${name} of ${JSON.stringify(seed)}`, seed, headerLength, read);
    }
  });
}

for (const [name, message] of Object.entries(messages)) {
  test(`512 KiB of any hostile text take linear time: ${name}`, async () => {
    for (const seed of seeds) {
      await assertLinear(`${name} of ${JSON.stringify(seed)}`, seed, messageLength, (text) =>
        parseMessage(Buffer.from(message(text))),
      );
    }
  });
}

test('the header alone of a hostile message takes linear time', async () => {
  for (const seed of seeds) {
    await assertLinear(`header facts of ${JSON.stringify(seed)}`, seed, messageLength, (text) =>
      headerFacts(Buffer.from(`Subject: ${text}`), 'parse-timeout'),
    );
  }
});
