import { readMbox } from '../../src/archive/read-mbox.ts';
import { corpusArchive, corpusSkip } from './corpus.ts';
import { generateList } from './list-generator/generate-list.ts';
import { poisonMails } from './poison-mail.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Longer messages are cut: what is tested is many messages, not large ones. */
const maxSeedLength = 24_000;
const seedsOfAKind = 400;

/** Raw messages to be mutated, one character a byte: of a generated list, made to hurt, and of the corpus where there is one. */
export async function mutationSeeds(seed: number): Promise<string[]> {
  const raws: Buffer[] = poisonMails().map(({ raw }) => raw);
  for (const { raw } of generateList({ seed, messageCount: seedsOfAKind })) raws.push(raw);
  for (const raw of corpusSkip === false ? await corpusMessages(seedsOfAKind) : []) raws.push(raw);
  return raws.map((raw) => raw.toString('latin1', 0, maxSeedLength));
}

async function corpusMessages(count: number): Promise<Buffer[]> {
  const raws: Buffer[] = [];
  for await (const { raw } of readMbox(corpusArchive, { maxMessageBytes: 1_000_000 })) {
    if (raw !== null) raws.push(raw);
    if (raws.length === count) break;
  }
  return raws;
}

/** Text that means something to one of the readers. */
// prettier-ignore
const tokens = [
  '\0', '\x1b[2J', '\xff\xfe', '\xc0\x80', '\xed\xa0\x80', '\xef\xbf\xbe', '\r', '\n', '\r\n', '\n\n', '\n ', '\t', '\n.\n', '\n--b\n', '\nFrom ',
  '=?utf-8?q?=C3=BC?=', '=?utf-16be?B?2AA=?=', '=?utf-8?B?YQBi?=', '=?x?q?', '?=', '=\n', '=0D=0A', '====',
  'Content-Type: multipart/mixed; boundary=b\n', 'Content-Type: text/html\n', 'Content-Type: message/rfc822\n\n', 'Content-Type: text/x-patch\n',
  'Content-Transfer-Encoding: base64\n', 'Content-Transfer-Encoding: quoted-printable\n', 'charset=utf-7', 'charset=iso-2022-jp', 'charset=gb18030',
  'diff --git a/x b/x\n', '--- a/x\n+++ b/x\n', '@@ -1,3 +1,9999999999 @@\n', '@@ -1 +1 @@\n\\ No newline at end of file\n', 'GIT binary patch\n',
  'rename from "\\303\\274"\n', '-- \n', '__proto__', '../../etc/passwd', 'Signed-off-by: ', 'Depends-on: <', 'Fixes: ', 'https://x/%', 'constructor: ',
  '[PATCH v2 1/3] ', '[PATCH 99999999999/0]', 'Re: ', ' via ', '<', '>', '"', '(', '\\', ',', ';', ':', '@', 'Message-ID: <a@b>\n', 'References: ',
  'Date: Mon, 0 Jan 0000 00:00:00 +9999\n', 'List-Id: <x>\n', "'; DROP TABLE message; --", '\\u0000', '{"a":', '\u00e9',
];

type Mutation = (text: string, random: SeededRandom, seeds: readonly string[]) => string;

const mutations: readonly Mutation[] = [
  function insertToken(text, random) {
    return spliced(text, random.below(text.length + 1), 0, random.oneOf(tokens));
  },
  function insertInHeader(text, random) {
    const end = Math.max(1, text.indexOf('\n\n') + 1);
    return spliced(text, random.below(end), 0, random.oneOf(tokens));
  },
  function changeByte(text, random) {
    const byte = String.fromCharCode(random.below(256));
    return spliced(text, random.below(text.length + 1), 1, byte);
  },
  function deleteRun(text, random) {
    return spliced(text, random.below(text.length + 1), random.below(200), '');
  },
  function repeatRun(text, random) {
    const at = random.below(text.length + 1);
    const run = text.slice(at, at + 1 + random.below(80));
    return spliced(text, at, 0, run.repeat(1 + random.below(60)));
  },
  function cut(text, random) {
    return text.slice(0, random.below(text.length + 1));
  },
  function graft(text, random, seeds) {
    const other = random.oneOf(seeds);
    return text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length));
  },
  function swapLines(text, random) {
    const lines = text.split('\n');
    const [from, to] = [random.below(lines.length), random.below(lines.length)];
    [lines[from], lines[to]] = [lines[to]!, lines[from]!];
    return lines.join('\n');
  },
  function dropLine(text, random) {
    const lines = text.split('\n');
    return lines.toSpliced(random.below(lines.length), 1).join('\n');
  },
  function attach(text, random, seeds) {
    const inner = random.oneOf(seeds);
    return `Content-Type: multipart/mixed; boundary=m\nList-Id: <a.b>\n\n--m\nContent-Type: message/rfc822\n\n${inner}\n--m\n\n${text}\n--m--\n`;
  },
];

function spliced(text: string, at: number, deleteCount: number, inserted: string): string {
  return text.slice(0, at) + inserted + text.slice(at + deleteCount);
}

/** Raw bytes of a message that one to eight mutations made out of one of the seeds. */
export function mutatedMail(random: SeededRandom, seeds: readonly string[]): Buffer {
  let text = random.oneOf(seeds);
  for (let count = 1 + random.below(8); count > 0; count -= 1) {
    text = random
      .oneOf(mutations)(text, random, seeds)
      .slice(0, 2 * maxSeedLength);
  }
  return Buffer.from(text, 'latin1');
}
