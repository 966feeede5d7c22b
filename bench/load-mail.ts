import { seededRandom } from '../test/support/seeded-random.ts';
import { unifiedDiff } from '../test/support/list-generator/unified-diff.ts';

/** What is left of 10 KB beside head and text. */
const diffBytes = 9_700;
/** Diffs to choose from: enough that compression finds nothing across messages that it would not find in real ones. */
const diffCount = 64;
const patchesPerSeries = 5;

/** A message to send, with its id. */
export interface LoadMail {
  /** In angle brackets. */
  readonly messageId: string;
  /** Line ends CRLF; no line begins with a dot. */
  readonly raw: Buffer;
}

const diffs = Array.from({ length: diffCount }, (_, seed) => diffOf(seed));
const quotedDiffs = diffs.map((diff) =>
  Buffer.from(`> ${diff.toString('latin1').replaceAll('\n', '\n> ')}\r\n`, 'latin1'),
);

/**
 * The message `number` of one of many senders, about 10 KB: five patches that answer the first of them, then a reply to
 * that, and again. No two are the same for different senders or numbers.
 */
export function loadMail(sender: string, number: number): LoadMail {
  const place = number % (patchesPerSeries + 1);
  const series = (number - place) / (patchesPerSeries + 1);
  const idOf = (one: number): string => `<${series}.${one}.${sender}@load.example>`;
  const isReply = place === patchesPerSeries;
  const title = `[PATCH ${isReply ? 1 : place + 1}/${patchesPerSeries}] float: change ${series} of ${sender}`;
  const head = [
    `From: Sender ${sender} <${sender}@load.example>`,
    'To: bench@lists.example',
    'List-Id: <bench.lists.example>',
    `Subject: ${isReply ? 'Re: ' : ''}${title}`,
    `Message-ID: ${idOf(place)}`,
    ...(place === 0 ? [] : [`In-Reply-To: ${idOf(0)}`, `References: ${idOf(0)}`]),
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...(isReply ? replyText(sender, number) : patchText(sender, number)),
    '',
  ].join('\r\n');
  const bodies = isReply ? quotedDiffs : diffs;
  const body = bodies[(series + place) % diffCount]!;
  return { messageId: idOf(place), raw: Buffer.concat([Buffer.from(head), body]) };
}

/** Up to a file of one line, which is what makes the diff one of its own; more files follow. */
function patchText(sender: string, number: number): string[] {
  const path = `bench/${sender}/${number}.txt`;
  return [
    `This is number ${number} of ${sender}.`,
    '',
    `Signed-off-by: Sender ${sender} <${sender}@load.example>`,
    '---',
    `diff --git a/${path} b/${path}`,
    'new file mode 100644',
    'index 000000000000..1234567890ab',
    '--- /dev/null',
    `+++ b/${path}`,
    '@@ -0,0 +1 @@',
    `+${sender} ${number}`,
  ];
}

function replyText(sender: string, number: number): string[] {
  return [
    `Reviewed-by: Sender ${sender} <${sender}@load.example>`,
    `at ${number}; the rest stays as it is.`,
    '',
    `${sender} wrote:`,
  ];
}

/** Files that fill a message up, to within 1 KB. */
function diffOf(seed: number): Buffer {
  const random = seededRandom(seed);
  let text = '';
  while (text.length < diffBytes - 1_000) {
    const more = unifiedDiff(random.below(1_000_000_000)).text.replaceAll('\n', '\r\n');
    if (text.length + more.length <= diffBytes) text += more;
  }
  return Buffer.from(text, 'latin1');
}
