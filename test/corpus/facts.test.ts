import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { simpleParser } from 'mailparser';
import xz from 'xz-decompress';
import type { MessageFacts } from '../../src/message/message-facts.ts';
import { packageRoot } from '../../src/package-root.ts';
import { decodeMessage } from '../../src/parsing/decode-message.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';

const shared = join(packageRoot, '../shared');
const archive = join(shared, 'corpora/ltp-10k.mbox.xz');
const golden = join(shared, 'corpora/golden/ltp-3k.patchwork-messages.jsonl.gz');
const skip = existsSync(golden) ? false : `no corpus at ${shared}`;
const messageCount = 3000;

/** The first messages of the corpus, in order, the quoting of mboxrd undone. */
async function corpusMessages(): Promise<Buffer[]> {
  const unpacked = new xz.XzReadableStream(
    Readable.toWeb(createReadStream(archive)) as ReadableStream,
  );
  const chunks: string[] = [];
  let separatorCount = 0;
  const input = Readable.fromWeb(unpacked as Parameters<typeof Readable.fromWeb>[0]);
  input.setEncoding('latin1');
  for await (const chunk of input) {
    const text = String(chunk);
    separatorCount += text.split('From mboxrd@z ').length - 1;
    chunks.push(text);
    if (separatorCount > messageCount + 10) break;
  }
  const [, ...messages] = chunks.join('').split(/^From mboxrd@z .*\n/m);
  return messages.slice(0, messageCount).map((message) => {
    const unquoted = message.replace(/\n$/, '').replaceAll(/^>(>*From )/gm, '$1');
    return Buffer.from(unquoted, 'latin1');
  });
}

const messages = skip === false ? await corpusMessages() : [];

/** What Patchwork made of one message. */
interface GoldenRow {
  readonly idx: number;
  readonly kind: 'patch' | 'cover' | 'comment' | 'none';
  readonly msgid: string | null;
  readonly subject_name: string;
  readonly prefixes: string[];
  readonly version: number;
  readonly marker: [number, number] | null;
  readonly is_reply: boolean;
  readonly refs: string[];
  readonly submitter: { readonly email: string };
  readonly date: string;
  readonly content_sha1: string;
  readonly hash: string | null;
  readonly pull_url: string | null;
  readonly diff_sha1: string | null;
}

function goldenRows(): GoldenRow[] {
  const lines = gunzipSync(readFileSync(golden)).toString().trim().split('\n');
  return lines.map((line): GoldenRow => JSON.parse(line));
}

function sha1(text: string | null): string | null {
  return text === null ? null : createHash('sha1').update(text).digest('hex');
}

/** Each compared fact: Patchwork's and ours. */
type Comparison = Record<string, [theirs: unknown, ours: unknown]>;

/** Patchwork's list holds an id twice where a field came twice, and any text of an In-Reply-To without brackets. */
function comparableReferences(refs: readonly string[]): string[] {
  return [...new Set(refs.filter((id) => id.startsWith('<')))];
}

function headerComparison(row: GoldenRow, facts: MessageFacts): Comparison {
  return {
    id: [row.msgid ?? facts.messageId, facts.messageId],
    name: [row.subject_name, facts.name],
    prefixes: [row.prefixes, facts.prefixes],
    version: [row.version, facts.version],
    marker: [row.marker, facts.number === null ? null : [facts.number, facts.total]],
    isReply: [row.is_reply, facts.isReply],
    references: [comparableReferences(row.refs), facts.references],
  };
}

/** Our content with the quoting of the mbox, which Patchwork keeps. */
function contentSha1(row: GoldenRow, content: string): string | null {
  const quoted = sha1(content.replaceAll(/^(>*From )/gm, '>$1'));
  return quoted === row.content_sha1 ? quoted : sha1(content);
}

function bodyComparison(row: GoldenRow, facts: MessageFacts): Comparison {
  const kind = { patch: 'patch', 'pull-request': 'patch', cover: 'cover', discussion: 'none' };
  const comparison: Comparison = {
    role: [row.kind === 'comment' ? 'none' : row.kind, kind[facts.role]],
  };
  if (row.kind === 'none') return comparison;
  comparison['content'] = [row.content_sha1, contentSha1(row, facts.content ?? '')];
  comparison['email'] = [row.submitter.email, facts.submitter.email];
  comparison['date'] = [`${row.date}Z`, facts.date];
  if (row.kind !== 'patch') return comparison;
  comparison['diff'] = [row.diff_sha1, sha1(facts.diff)];
  comparison['hash'] = [row.hash, facts.patchworkHash];
  comparison['pullUrl'] = [row.pull_url, facts.pullUrl];
  return comparison;
}

/** The entry of docs/differences.md that explains why a fact is not Patchwork's; null when none does. */
function explanation(fact: string, facts: MessageFacts): string | null {
  if (fact === 'role' && facts.number === 0 && facts.diff !== null) return 'number 0 with a diff';
  return null;
}

test(
  'facts of 3000 real messages are those of Patchwork, but for the known differences',
  { skip },
  async (t) => {
    const unexplained: string[] = [];
    const explainedMessages = new Map<string, Set<number>>();
    let comparedCount = 0;
    let differentCount = 0;
    for (const row of goldenRows()) {
      const facts = await parseMessage(messages[row.idx] ?? Buffer.alloc(0));
      const all = { ...headerComparison(row, facts), ...bodyComparison(row, facts) };
      for (const [fact, [theirs, ours]] of Object.entries(all)) {
        comparedCount += 1;
        if (JSON.stringify(theirs) === JSON.stringify(ours)) continue;
        differentCount += 1;
        const reason = explanation(fact, facts);
        if (reason === null)
          unexplained.push(`${row.idx} ${fact}: ${String(theirs)} ${String(ours)}`);
        else
          explainedMessages.set(reason, (explainedMessages.get(reason) ?? new Set()).add(row.idx));
      }
    }
    const reasons = [...explainedMessages].map(([reason, found]) => `${reason}: ${found.size}`);
    t.diagnostic(
      `${comparedCount} facts, ${differentCount} differ; messages by reason: ${reasons.join(', ')}`,
    );
    assert.deepEqual(unexplained, []);
    assert.ok(
      differentCount <= comparedCount * 0.002,
      `${differentCount} of ${comparedCount} differ`,
    );
  },
);

/** Whether simpleParser gives the text of a message as it stands: one plain part, not flowed, no CR. */
function isPlain(raw: Buffer): boolean {
  const header = raw.toString('latin1').split('\n\n', 1)[0] ?? '';
  return (
    !/^content-type:[^\n]*(?:multipart|flowed|\n[ \t][^\n]*flowed)/im.test(header) &&
    !raw.includes('\r')
  );
}

test('mailparser reads the same text and subject in plain messages', { skip }, async () => {
  const options = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true };
  const plain = messages.filter(isPlain).filter((_, index) => index % 6 === 0);
  const differences: string[] = [];
  for (const raw of plain) {
    const { text = '', subject = '', messageId } = await simpleParser(raw, options);
    const decoded = decodeMessage(raw);
    const ours = decoded.textParts.map((part) => part.text).join('\n');
    const { subject: ourSubject } = await parseMessage(raw);
    if (text.trimEnd() !== ours.trimEnd()) differences.push(`text of ${messageId}`);
    if (subject.replaceAll(/\s+/g, ' ') !== ourSubject) differences.push(`subject of ${messageId}`);
  }
  assert.ok(plain.length >= 300, `${plain.length} messages`);
  assert.deepEqual(differences, []);
});

const seedAnswer = join(shared, 'seed/patch-807493.json');
const seedSkip = existsSync(seedAnswer) ? false : `no ${seedAnswer}`;

/** Headers as Patchwork's API gives them: a list where a name repeats. */
function apiHeaders(facts: MessageFacts): Record<string, string | string[]> {
  const byName: Record<string, string | string[]> = {};
  for (const { name, value } of facts.headers) {
    const before = byName[name];
    byName[name] = before === undefined ? value : [before, value].flat();
  }
  return byName;
}

test(
  'a real patch has the facts that the Patchwork server published for it',
  { skip: seedSkip },
  async () => {
    const answer: Record<string, unknown> = JSON.parse(readFileSync(seedAnswer, 'utf8'));
    const raw = readFileSync(join(shared, 'seed/patch.eml'));
    for (const bytes of [
      raw,
      Buffer.from(raw.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
    ]) {
      const facts = await parseMessage(bytes);
      assert.equal(facts.patchworkHash, '29b6822ce2bb647dc303dd4f8757789275ae30df');
      assert.equal(facts.patchworkHash, answer['hash']);
      assert.equal(facts.messageId, answer['msgid']);
      assert.equal(facts.name, answer['name']);
      assert.deepEqual(facts.prefixes, answer['prefixes']);
      assert.equal(facts.date, `${String(answer['date'])}Z`);
      assert.equal(facts.content, answer['content']);
      assert.equal(facts.diff, answer['diff']);
      assert.deepEqual(apiHeaders(facts), answer['headers']);
      assert.equal(facts.listId, 'qemu-devel.nongnu.org');
      assert.deepEqual(facts.submitter, { name: 'Peter Xu', email: 'peterx@redhat.com' });
    }
  },
);
