import { sampleListId } from './sample-mail.ts';

/** A message made to hurt its reader. */
export interface PoisonMail {
  /** What is wrong with it, in words for a test's name. */
  readonly name: string;
  /** Line ends LF. */
  readonly raw: Buffer;
}

const ownDigits = '1'.repeat(1_000);

/** Hunk headers and file names over which parse-diff 0.12.0 backtracks or throws: the four known forms. */
const diffPoisons: readonly (readonly [string, string])[] = [
  ['a hunk header of 2,000 digits', `--- a/x\n+++ b/x\n@@ -${ownDigits} +${ownDigits}\n`],
  [
    'twenty hunk headers of 986 characters',
    `--- a/x\n+++ b/x\n${`@@ -${'1'.repeat(490)} +${'1'.repeat(488)}\n`.repeat(20)}`,
  ],
  ['a path of 16,000 directories', `diff --git ${'a/'.repeat(16_000)}\n`],
  [
    'a missing newline right after a hunk header',
    diffWithout('@@ -1 +1 @@\n\\ No newline at end of file\n'),
  ],
  ['a megabyte of hunk headers without numbers', diffWithout('@@ -\n'.repeat(200_000))],
];

function diffWithout(hunk: string): string {
  return `diff --git a/x b/x\n--- a/x\n+++ b/x\n${hunk}`;
}

/** Text over which careless patterns for subjects, trailers and quotes backtrack. */
const textPoisons: readonly (readonly [string, string])[] = [
  ['a megabyte of trailer names', 'Signed-off-by'.repeat(80_000)],
  ['a megabyte of blanks', `${' '.repeat(1_000_000)}x\n`],
  ['a megabyte of open brackets', '['.repeat(1_000_000)],
  ['a megabyte of dashes', '-- \n'.repeat(250_000)],
  ['a megabyte of pull requests', 'The following changes since commit\n'.repeat(30_000)],
  ['a megabyte of From lines', 'From: <<<<\n'.repeat(90_000)],
];

const headerPoisons: readonly (readonly [string, string])[] = [
  ['a subject of 1 MB', `Subject: ${'[PATCH '.repeat(150_000)}`],
  ['a subject of a million Re', `Subject: ${'Re: '.repeat(250_000)}`],
  ['a hundred thousand header fields', 'X-Many: x\n'.repeat(100_000).trimEnd()],
  ['a hundred thousand references', `References: ${'<a@b.example> <'.repeat(100_000)}`],
  ['addresses nested in comments', `From: ${'('.repeat(200_000)}a@b.example`],
  ['a subject with NUL', 'Subject: [PATCH] =?utf-8?B?YQBi?='],
  ['a subject with a lone surrogate', 'Subject: [PATCH] =?utf-16be?B?2AA=?='],
  [
    'a subject with a header field inside',
    'Subject: [PATCH] =?utf-8?Q?a=0D=0ABcc:_evil@b.example?=',
  ],
  ['a subject with terminal escapes', 'Subject: [PATCH] \u001b[2J\u001b]0;evil\u0007'],
  ['a subject of invalid UTF-8', 'Subject: [PATCH] \xff\xfe\xc0\x80'],
  ['a date of year 0', 'Date: Mon, 0 Jan 0000 00:00:00 +0000'],
];

/** MIME trees that are too deep or too wide. */
const mimePoisons: readonly (readonly [string, string, string])[] = [
  [
    'ten thousand nested multiparts',
    'Content-Type: multipart/mixed; boundary=b0',
    nestedParts(10_000),
  ],
  [
    'a hundred thousand parts',
    'Content-Type: multipart/mixed; boundary=b',
    '--b\n\nx\n'.repeat(100_000),
  ],
  [
    'ten thousand nested messages',
    'Content-Type: message/rfc822',
    'Content-Type: message/rfc822\n\n'.repeat(10_000),
  ],
  [
    'a content type of 50,000 parameters',
    `Content-Type: text/plain${'; a=b'.repeat(50_000)}`,
    'x\n',
  ],
  [
    'broken base64',
    'Content-Type: text/plain\nContent-Transfer-Encoding: base64',
    '====\n\u0000\xff'.repeat(50_000),
  ],
  ['4 MB of HTML', 'Content-Type: text/html', `<table>${'<tr><td>&amp;<b>x'.repeat(240_000)}`],
  [
    'text in a charset that nobody knows',
    'Content-Type: text/plain; charset=x-\xff-none',
    '\x80\x00\xff\n',
  ],
];

function nestedParts(depth: number): string {
  const parts = Array.from(
    { length: depth },
    (_, level) => `--b${level}\nContent-Type: multipart/mixed; boundary=b${level + 1}\n\n`,
  );
  return parts.join('');
}

/** Source of the forms: measured against the mail parsers and diff parsers in use. */
export function poisonMails(): PoisonMail[] {
  const plain = 'Content-Type: text/plain; charset=utf-8';
  return [
    ...diffPoisons.map(([name, text]) => poisonMail(name, [plain], `A change.\n\n${text}`)),
    ...textPoisons.map(([name, text]) => poisonMail(name, [plain], text)),
    ...headerPoisons.map(([name, field]) => poisonMail(name, [field, plain], 'x\n')),
    ...mimePoisons.map(([name, field, body]) => poisonMail(name, [field], body)),
  ];
}

/** What tells where it belongs comes first, as a reader may stop in a header this long; then the poison, then the rest. */
function poisonMail(name: string, fields: readonly string[], body: string): PoisonMail {
  const id = name.replaceAll(/[^a-z0-9]+/gi, '-');
  const lines = [
    `List-Id: <${sampleListId}>`,
    `Message-ID: <${id}@poison.example>`,
    ...fields,
    `Subject: [PATCH] ${name}`,
    'From: Eve <eve@poison.example>',
    'Date: Mon, 02 Mar 2026 09:00:00 +0000',
    '',
    body,
  ];
  return { name, raw: Buffer.from(lines.join('\n'), 'latin1') };
}

/** As large as the default limit allows, and all of it HTML, the dearest text to read. */
export function hugeHtmlMail(): Buffer {
  const row = '<tr><td>&amp;<b>x';
  const field = 'Content-Type: text/html';
  return poisonMail('24 MB of HTML', [field], row.repeat(24_000_000 / row.length)).raw;
}
