import { sampleListId } from './sample-mail.ts';

/** A message as large as the default limit allows, made to cost its reader time or memory. */
export interface HostileMail {
  /** What is wrong with it, in words for a test's name. */
  readonly name: string;
  /** Raw bytes of at most `byteCount`, line ends LF unless line ends are the matter. */
  readonly write: (byteCount: number) => Buffer;
}

/** The default of MAX_MESSAGE_BYTES. */
export const maxHostileBytes = 25 * 1024 * 1024;

const mebibyte = 1024 * 1024;
const names = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n';
const plain = 'Content-Type: text/plain; charset=utf-8';
const multipart = 'Content-Type: multipart/mixed; boundary=b';

/** Text of numbered pieces, at most so many and so long. */
function pieces(maxLength: number, maxCount: number, piece: (number: number) => string): string {
  const parts: string[] = [];
  for (let count = 0, length = 0; count < maxCount; count += 1) {
    const next = piece(count);
    length += next.length;
    if (length > maxLength) break;
    parts.push(next);
  }
  return parts.join('');
}

function filledWith(seed: string, length: number): string {
  return seed.repeat(Math.max(1, Math.floor(length / seed.length)));
}

/** The same letters in no order, one character a byte: nothing that a compressor makes smaller than half. */
function noise(letters: string, length: number): string {
  const bytes = Buffer.allocUnsafe(length);
  let seed = 1;
  for (let at = 0; at < length; at += 1) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = letters.charCodeAt((seed >>> 16) % letters.length);
  }
  return bytes.toString('latin1');
}

/** Text in a charset of one byte a letter, each of them three bytes in UTF-8. */
const thai = 'Content-Type: text/plain; charset=windows-874';
const thaiLetters = Array.from({ length: 58 }, (_, at) => String.fromCharCode(0xa1 + at)).join('');

/** Hostile bodies: a header field that goes with each, and text of at most `length`. */
const bodies: Readonly<Record<string, readonly [field: string, body: (length: number) => string]>> =
  {
    'one line': [plain, (length) => 'x'.repeat(length)],
    'one line of blanks': [plain, (length) => `${' '.repeat(length - 2)}x`],
    'empty lines': [plain, (length) => '\n'.repeat(length)],
    'lines of one letter': [plain, (length) => filledWith('a\n', length)],
    'CR, LF and CRLF in turn': [plain, (length) => filledWith('a\rb\nc\r\nd\n\r', length)],
    'carriage returns': [plain, (length) => '\r'.repeat(length)],
    NULs: [plain, (length) => '\0'.repeat(length)],
    'NULs in utf-16': ['Content-Type: text/plain; charset=utf-16', (length) => '\0'.repeat(length)],
    'invalid UTF-8': [plain, (length) => filledWith('\xff\xfe\xc0\x80', length)],
    'non-ASCII letters in no charset': ['X-A: b', (length) => filledWith('gr\xfcn\n', length)],
    'utf-7': ['Content-Type: text/plain; charset=utf-7', (length) => filledWith('+AGE-+', length)],
    'lone surrogates in utf-16': [
      'Content-Type: text/plain; charset=utf-16be',
      (length) => filledWith('\xd8\x00', length),
    ],
    'hz escapes': [
      'Content-Type: text/plain; charset=hz-gb-2312',
      (length) => filledWith('~{<:Ky2;~}', length),
    ],
    'iso-2022-jp escapes': [
      'Content-Type: text/plain; charset=iso-2022-jp',
      (length) => filledWith('\x1b$B$3\x1b(B', length),
    ],
    gb18030: [
      'Content-Type: text/plain; charset=gb18030',
      (length) => filledWith('\x81\x30\x81\x30\xb0\xa1', length),
    ],
    'multiparts, each inside the last': [
      'Content-Type: multipart/mixed; boundary=b0',
      (length) =>
        pieces(
          length,
          Infinity,
          (at) => `--b${at}\nContent-Type: multipart/mixed; boundary=b${at + 1}\n\n`,
        ),
    ],
    '200,000 parts': [
      multipart,
      (length) => pieces(length, 200_000, () => `--b\n\n${'x'.repeat(120)}\n`),
    ],
    '1,000 parts of equal size': [
      multipart,
      (length) => pieces(length, 1_000, () => `--b\n\n${'x\n'.repeat(13_000)}`),
    ],
    'lines that look like boundaries': [multipart, (length) => filledWith('--c\n', length)],
    'messages, each inside the last': [
      'Content-Type: message/rfc822',
      (length) => filledWith('Content-Type: message/rfc822\n\n', length),
    ],
    'an attached message of From lines': [
      'Content-Type: message/rfc822',
      (length) => `Subject: x\n\n${filledWith('From: a@b\n', length)}`,
    ],
    'base64 of text': [
      `${plain}\nContent-Transfer-Encoding: base64`,
      (length) => Buffer.from('A line of text.\n'.repeat(length / 22)).toString('base64'),
    ],
    'base64 in lines of four': [
      `${plain}\nContent-Transfer-Encoding: base64`,
      (length) => filledWith('QUJD\n', length),
    ],
    'quoted-printable of soft breaks': [
      `${plain}\nContent-Transfer-Encoding: quoted-printable`,
      (length) => filledWith('=\n', length),
    ],
    'quoted-printable of escapes': [
      `${plain}\nContent-Transfer-Encoding: quoted-printable`,
      (length) => filledWith('=C3=BC', length),
    ],
    'quoted-printable of blanks before soft breaks': [
      `${plain}\nContent-Transfer-Encoding: quoted-printable`,
      (length) => filledWith(' \t =\n', length),
    ],
    HTML: ['Content-Type: text/html', (length) => filledWith('<table><tr><td>&amp;<b>x', length)],
    'a diff of 1,000,000 files': [
      plain,
      (length) => pieces(length, 1_000_000, (at) => `--- a/${at}\n+++ b\n@@ -1 +1 @@\n-\n+\n`),
    ],
    'a diff of 1,000,000 files in name only': [
      plain,
      (length) => pieces(length, 1_000_000, (at) => `diff --git a/${at} b/${at}\n`),
    ],
    'a diff of 1,000,000 hunks': [
      plain,
      (length) => names + pieces(length - 99, 1_000_000, (at) => `@@ -${at} +${at} @@\n-a\n+b\n`),
    ],
    'a hunk line of 20 MB': [
      plain,
      (length) => `${names}@@ -1 +1 @@\n-x\n+${'y'.repeat(length - 99)}\n`,
    ],
    'a hunk that never ends': [
      plain,
      (length) => `${names}@@ -1,99999999 +1,99999999 @@\n${filledWith('+\n', length - 99)}`,
    ],
    'a diff of short lines': [
      plain,
      (length) => `${names}@@ -0,0 +1,${(length - 99) >> 1} @@\n${filledWith('+\n', length - 99)}`,
    ],
    'an ordinary diff in base64': [
      `${plain}\nContent-Transfer-Encoding: base64`,
      (length) => Buffer.from(ordinaryDiff(length * 0.74)).toString('base64'),
    ],
    'an ordinary diff': [plain, ordinaryDiff],
    'a hunk header of digits': [
      plain,
      (length) => `${names}@@ -${'1'.repeat(length / 2 - 50)} +${'1'.repeat(length / 2 - 50)}`,
    ],
    '10 MB of trailers': [
      plain,
      (length) => filledWith('Acked-by: A <a@b.example>\n', Math.min(length, 10 * mebibyte)),
    ],
    trailers: [plain, (length) => filledWith('Acked-by: A <a@b.example>\n', length)],
    'trailers for patches': [
      plain,
      (length) => filledWith('For patches 1-9:\nAcked-by: A <a@b.example> # 1\n', length),
    ],
    'trailers that nobody knows': [
      plain,
      (length) => pieces(length, Infinity, (at) => `X${at}-by: b\n`),
    ],
    dependencies: [plain, (length) => pieces(length, Infinity, (at) => `Depends-on: <${at}@b>\n`)],
    '10 MB of From lines': [
      plain,
      (length) => filledWith('From: a@b.example\n', Math.min(length, 10 * mebibyte)),
    ],
    'signature marks': [plain, (length) => filledWith('-- \n', length)],
    'one trailer': [plain, (length) => `Depends-on:${filledWith(' a', length - 99)}`],
    'one folded trailer': [
      plain,
      (length) => `Depends-on: a@b${filledWith('\n a@b', length - 99)}`,
    ],
    'one line above trailers': [
      plain,
      (length) =>
        `for ${filledWith('patch 1, ', length / 2)}\n${filledWith('Acked-by: A\n', length / 2 - 9)}`,
    ],
    'wide letters': [
      'Content-Type: text/plain; charset=utf-8',
      (length) => `\xe2\x82\xac${filledWith('a diff in euros\n', length - 9)}`,
    ],
    'a diff with wide letters': [plain, (length) => `\xe2\x82\xac\n${ordinaryDiff(length - 9)}`],
    'noise in Thai': [thai, (length) => noise(thaiLetters, length)],
    'noise in Thai, half of it a diff': [
      thai,
      (length) =>
        `${noise(thaiLetters, (length >> 1) - 99)}\n${names}@@ -0,0 +1 @@\n+${noise(thaiLetters, (length >> 1) - 99)}\n`,
    ],
    'a diff of long file names in Thai': [
      thai,
      (length) => {
        const name = noise(thaiLetters, 1010);
        return filledWith(`--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-\n+\n`, length);
      },
    ],
    'a diff of hunks and noise in Thai': [
      thai,
      (length) => {
        const lines = noise(thaiLetters, length);
        const hunk = (at: number): string =>
          `@@ -${at} +${at} @@\n-${lines.slice(9 * at, 9 * at + 4)}\n+${lines.slice(9 * at + 4, 9 * at + 9)}\n`;
        return names + pieces(length - 99, Infinity, hunk);
      },
    ],
    'backslashes and a wide letter': [
      plain,
      (length) => `\xe2\x82\xac${filledWith('\\', length - 9)}`,
    ],
    'trailers of 60 KB of quotes and a wide letter': [
      plain,
      (length) => `\xe2\x82\xac\n${filledWith(`Fixes: ${'"'.repeat(60_000)}\n`, length - 9)}`,
    ],
    'quoted text': [plain, (length) => filledWith('> > > a\n', length)],
    'requests to pull': [
      plain,
      (length) =>
        filledWith(
          'The following changes since commit\n\nare available in the git repository at:\n\n  x\n',
          length,
        ),
    ],
  };

/** Hostile header fields, which stand after those that tell where a message belongs. */
const headers: Readonly<Record<string, (length: number) => string>> = {
  '1,000,000 header lines': (length) => pieces(length, 1_000_000, (at) => `X-${at}: a\n`).trimEnd(),
  'one header field': (length) => `X-Long: ${'x'.repeat(length - 99)}`,
  'one header field of folds': (length) => `X-Long: a${filledWith('\n a', length - 99)}`,
  'a subject of encoded words': (length) =>
    `Subject: ${filledWith('=?utf-8?q?=C3=BC?= ', length - 99)}x`,
  'a subject of one encoded word': (length) =>
    `Subject: =?utf-8?b?${'QUJD'.repeat((length - 99) / 4)}?=`,
  'a subject of prefixes': (length) => `Subject: ${filledWith('[a] ', length - 99)}x`,
  '1,000,000 references': (length) =>
    `References:${pieces(length - 99, 1_000_000, (at) => ` <${at}@b.example>\n`).trimEnd()}`,
  '1,000,000 references in 200 KB': (length) =>
    `References:${pieces(Math.min(length, 200_000), 1_000_000, (at) => `<${at}@>`)}`,
  '1,000,000 addresses': (length) =>
    `To: ${pieces(length - 99, 1_000_000, (at) => `a${at}@b.example,\n `)}c@d.example`,
  'a content type of parameters': (length) =>
    `Content-Type: text/plain${filledWith('; a=b', length - 99)}`,
};

/** Where a message belongs comes first, as no more than the first part of a header this long is read. */
function written(name: string, fields: readonly string[], body: (length: number) => string) {
  return (byteCount: number): Buffer => {
    const id = name.replaceAll(/[^a-z0-9]+/gi, '-');
    const header = [
      `List-Id: <${sampleListId}>`,
      `Message-ID: <${id}@hostile.example>`,
      'From: Eve <eve@hostile.example>',
      'Date: Mon, 02 Mar 2026 09:00:00 +0000',
      `Subject: [PATCH] ${name}`,
      ...fields,
    ].join('\n');
    return Buffer.from(`${header}\n\n${body(byteCount - header.length - 2)}`, 'latin1');
  };
}

/** The forms of a hostile message. */
export const hostileMails: readonly HostileMail[] = [
  ...Object.entries(bodies).map(([name, [field, body]]) => ({
    name,
    write: written(name, [field], body),
  })),
  ...Object.entries(headers).map(([name, field]) => ({
    name,
    write: (byteCount: number) => written(name, [field(byteCount - 999)], () => 'x\n')(byteCount),
  })),
];

/** A diff as people send them, only longer: files of 20 hunks of 10 lines. */
export function ordinaryDiff(length: number): string {
  return pieces(length, Infinity, (at) => {
    const file = `drivers/net/part${at % 97}/file${at}.c`;
    const hunks = Array.from({ length: 20 }, (_, hunk) => {
      const line = hunk * 40 + 10;
      return (
        `@@ -${line},7 +${line},8 @@ static int probe_${hunk}(struct device *dev)\n` +
        ' \tint err;\n \n \tstruct resource *res;\n-\tres = platform_resource(dev, 0);\n' +
        `+\tres = platform_resource(dev, ${at});\n+\tif (IS_ERR(res))\n \t\treturn PTR_ERR(res);\n \n \terr = clk_enable(res);\n`
      );
    });
    return `diff --git a/${file} b/${file}\nindex 1111111..2222222 100644\n--- a/${file}\n+++ b/${file}\n${hunks.join('')}`;
  });
}
