import type { TextForm } from './author.ts';

/** Text as one character a byte, and the header fields that say how to read it. */
export interface FormedText {
  readonly headerLines: readonly string[];
  readonly bytes: string;
}

const boundary = '=-boundary-of-parts';

/** Sets prose and diff, in which no line is longer than mail allows, into the bytes of a form. */
export function formedText(form: TextForm, prose: string, diff: string): FormedText {
  switch (form) {
    case 'plain':
    case 'undeclared':
      return { headerLines: [], bytes: prose + diff };
    case 'quoted-printable':
      return { headerLines: mimeLines('utf-8', form), bytes: quotedPrintable(prose + diff) };
    case 'base64':
      return { headerLines: mimeLines('utf-8', form), bytes: base64Lines(prose + diff) };
    case 'attachment':
      return { headerLines: multipartLines, bytes: multipart(prose, diff) };
    case 'utf-8':
    case 'iso-8859-1':
    case 'koi8-r':
      return { headerLines: mimeLines(form, '8bit'), bytes: prose + diff };
    default:
      return form satisfies never;
  }
}

function mimeLines(charset: string, encoding: string): string[] {
  return [
    'MIME-Version: 1.0',
    `Content-Type: text/plain; charset=${charset}`,
    `Content-Transfer-Encoding: ${encoding}`,
  ];
}

const multipartLines = [
  'MIME-Version: 1.0',
  `Content-Type: multipart/mixed;\n boundary="${boundary}"`,
];

function multipart(prose: string, diff: string): string {
  const textPart = `Content-Type: text/plain; charset=utf-8\n\n${prose}`;
  const patchPart = [
    'Content-Type: text/x-patch; charset=utf-8; name="change.patch"',
    'Content-Disposition: attachment; filename="change.patch"',
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(diff),
  ].join('\n');
  const parts = diff === '' ? [textPart] : [textPart, patchPart];
  return `${parts.map((part) => `--${boundary}\n${part}\n`).join('')}--${boundary}--\n`;
}

function base64Lines(bytes: string): string {
  const encoded = Buffer.from(bytes, 'latin1').toString('base64');
  return `${encoded.match(/.{1,76}/g)?.join('\n') ?? ''}\n`;
}

/** Source: RFC 2045 section 6.7. */
function quotedPrintable(bytes: string): string {
  return bytes.split('\n').map(quotedLine).join('\n');
}

function quotedLine(line: string): string {
  let quoted = '';
  let column = 0;
  for (let at = 0; at < line.length; at += 1) {
    const word = quotedByte(line.charCodeAt(at), at === line.length - 1);
    if (column + word.length > 75) {
      quoted += '=\n';
      column = 0;
    }
    quoted += word;
    column += word.length;
  }
  return quoted;
}

function quotedByte(code: number, isLast: boolean): string {
  const isBlank = code === 32 || code === 9;
  const isSafe = (code > 32 && code < 127 && code !== 61) || (isBlank && !isLast);
  if (isSafe) return String.fromCharCode(code);
  return `=${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
