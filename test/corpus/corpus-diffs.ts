import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import xz from 'xz-decompress';
import { packageRoot } from '../../src/package-root.ts';
import { splitDiff } from '../../src/patch/split-diff.ts';

const archive = join(packageRoot, '../shared/corpora/ltp-10k.mbox.xz');

/** Reason to skip a test of the corpus; false where it is there. */
export const corpusSkip = existsSync(archive) ? false : `no corpus at ${archive}`;

/** One diff of the corpus, with the Message-ID of its message. */
export interface CorpusDiff {
  readonly messageId: string;
  readonly diff: string;
}

/** Messages of the mbox as latin1 text, one character a byte. */
async function* messages(): AsyncGenerator<string> {
  const unpacked = new xz.XzReadableStream(
    Readable.toWeb(createReadStream(archive)) as ReadableStream,
  );
  const input = Readable.fromWeb(unpacked as Parameters<typeof Readable.fromWeb>[0]);
  input.setEncoding('latin1');
  let lines: string[] = [];
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.startsWith('From mboxrd@z ')) {
      if (lines.length > 0) yield lines.join('\n');
      lines = [];
    } else {
      lines.push(/^>+From /.test(line) ? line.slice(1) : line);
    }
  }
  yield lines.join('\n');
}

function field(header: string, name: string): string {
  const match = new RegExp(`^${name}:\\s*([^\\n]*(?:\\n[ \\t][^\\n]*)*)`, 'im').exec(header);
  return match?.[1]?.trim() ?? '';
}

function unquotedPrintable(body: string): string {
  return body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The decoded text of a message of one text part; null for others. */
function singlePartText(header: string, body: string): string | null {
  const contentType = field(header, 'Content-Type').toLowerCase();
  if (contentType !== '' && !contentType.startsWith('text/plain')) return null;
  const encoding = field(header, 'Content-Transfer-Encoding').toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  const bytes = encoding === 'quoted-printable' ? unquotedPrintable(body) : body;
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The diffs in single-part messages of the corpus, in its order. */
export async function* corpusDiffs(): AsyncGenerator<CorpusDiff> {
  for await (const message of messages()) {
    const headerEnd = message.indexOf('\n\n');
    const header = message.slice(0, headerEnd);
    const text = singlePartText(header, message.slice(headerEnd + 2));
    const diff = text === null ? null : splitDiff(text).diff;
    if (diff !== null) yield { messageId: field(header, 'Message-ID'), diff };
  }
}
