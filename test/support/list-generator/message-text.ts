import { seededRandom } from '../seeded-random.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Author, TextForm } from './author.ts';
import { between, happens } from './draw.ts';
import type { Draft, DraftText } from './draft.ts';
import { unifiedDiff } from './unified-diff.ts';
import { sentenceOf } from './words.ts';
import type { Work } from './work.ts';

/** Text of a message, one character a byte in its charset; the diff apart. */
export interface MessageText {
  readonly prose: string;
  readonly diff: string;
}

/** A remark in the bytes of each charset: what a reader must decode. */
const remarks: Readonly<Record<TextForm, string>> = {
  plain: 'It was seen on a weir of 3 m.',
  'utf-8': utf8Bytes('Es betrifft auch die Höhe über Grund: 3 m².'),
  'quoted-printable': utf8Bytes('C’est aussi le cas de l’écluse — même à 3 €.'),
  base64: utf8Bytes('水位が下がると止まる。'),
  attachment: utf8Bytes('Det gäller även ån.'),
  'iso-8859-1': 'La cr\xeate est \xe0 3 m\xb2.',
  'koi8-r': '\xf5\xd2\xcf\xd7\xc5\xce\xd8 \xd7\xcf\xc4\xd9 \xd0\xc1\xc4\xc1\xc5\xd4.',
  undeclared: 'Die H\xf6he f\xe4llt.',
};

export function utf8Bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The text that a draft's seed gives; how it is said depends on nothing else. */
export function messageText(draft: Draft): MessageText {
  const { text } = draft;
  const random = seededRandom(draft.textSeed);
  switch (text.kind) {
    case 'patch':
      return patchText(draft, text, random);
    case 'cover':
      return { prose: coverText(draft, text.work, text.version), diff: '' };
    case 'pull':
      return { prose: pullText(draft, text.work, random), diff: '' };
    case 'reply':
      return { prose: replyText(draft, text.answered, random), diff: '' };
    case 'talk':
      return { prose: `${paragraph(random, 4)}\n${remarks[draft.author.textForm]}\n`, diff: '' };
    default:
      return text satisfies never;
  }
}

/** The name where the form can carry it, else the one in ASCII. */
function nameIn({ textForm, name, plainName }: Author): string {
  const isUtf8 = ['utf-8', 'quoted-printable', 'base64', 'attachment'].includes(textForm);
  return isUtf8 ? utf8Bytes(name) : plainName;
}

function paragraph(random: SeededRandom, sentenceCount: number): string {
  return Array.from({ length: sentenceCount }, () => `${sentenceOf(random)}\n`).join('');
}

function patchText(
  { author }: Draft,
  { patch, version }: Extract<DraftText, { kind: 'patch' }>,
  random: SeededRandom,
): MessageText {
  const { diffstat, text } = unifiedDiff(patch.diffSeed);
  const fixes = happens(random, 20) ? `Fixes: ${hexWord(random)} ("${patch.title}")\n` : '';
  const changes = version > 1 ? `v${version}: ${sentenceOf(random)}\n\n` : '';
  const prose = [
    commitText(patch.textSeed),
    `${remarks[author.textForm]}\n\n`,
    fixes,
    `Signed-off-by: ${nameIn(author)} <${author.email}>\n`,
    `---\n${changes}${diffstat}\n`,
  ].join('');
  return { prose, diff: `${text}-- \n2.43.0\n\n` };
}

function commitText(textSeed: number): string {
  const random = seededRandom(textSeed);
  return `${paragraph(random, between(random, 2, 5))}\n`;
}

function coverText({ author }: Draft, work: Work, version: number): string {
  const random = seededRandom(work.textSeed);
  const changes = version > 1 ? `Changes in v${version}:\n - ${sentenceOf(random)}\n\n` : '';
  const shortlog = work.patches.map(({ title }) => `  ${title}\n`).join('');
  return [
    `${paragraph(random, between(random, 3, 6))}\n${remarks[author.textForm]}\n\n`,
    changes,
    `${nameIn(author)} (${work.patches.length}):\n${shortlog}\n`,
    ` core/lock/state.c | 9 ++++-----\n 1 file changed, 4 insertions(+), 5 deletions(-)\n\n`,
    `base-commit: ${hexWord(random)}${hexWord(random)}${hexWord(random)}\n-- \n2.43.0\n\n`,
  ].join('');
}

/** Source: git-request-pull(1). */
function pullText({ author }: Draft, work: Work, random: SeededRandom): string {
  const commit = hexWord(random) + hexWord(random) + hexWord(random);
  return [
    `The following changes since commit ${commit}:\n\n`,
    `  ${work.title} (2024-01-01 10:00:00 +0000)\n\n`,
    `are available in the Git repository at:\n\n`,
    `  https://git.brook.example/gauge.git tags/for-next-${random.below(100)}\n\n`,
    `for you to fetch changes up to ${commit}:\n\n${paragraph(random, 2)}\n`,
    `${nameIn(author)} (${work.patches.length}):\n`,
    ...work.patches.map(({ title }) => `      ${title}\n`),
  ].join('');
}

function replyText({ author }: Draft, answered: Draft, random: SeededRandom): string {
  const { quoted, rest } = quotedText(answered);
  const trailer = happens(random, 30) ? `\nReviewed-by: ${nameIn(author)} <${author.email}>\n` : '';
  return [
    `On some day ${answered.author.plainName} wrote:\n${quoted}\n`,
    `${paragraph(random, between(random, 1, 3))}${remarks[author.textForm]}\n\n${rest}`,
    `${trailer}\n${author.plainName}\n`,
  ].join('');
}

/** A few lines of what is answered: of a patch the text and the head of the diff. */
function quotedText({ text, textSeed }: Draft): { quoted: string; rest: string } {
  if (text.kind !== 'patch') {
    return { quoted: quotedLines(paragraph(seededRandom(textSeed), 2)), rest: '' };
  }
  const { text: diff } = unifiedDiff(text.patch.diffSeed);
  const diffLines = diff.split('\n').slice(0, 14).join('\n');
  return { quoted: quotedLines(commitText(text.patch.textSeed)), rest: quotedLines(diffLines) };
}

function quotedLines(text: string): string {
  const lines = text.endsWith('\n') ? text.slice(0, -1) : text;
  return `> ${lines.replaceAll('\n', '\n> ')}\n`;
}

/** Twelve digits. */
function hexWord(random: SeededRandom): string {
  return (0x100000000000 + random.below(0x0fffffff) * 0x1001).toString(16).slice(0, 12);
}
