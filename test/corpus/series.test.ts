import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { placeMessages } from '../../src/ingest/place-messages.ts';
import { packageRoot } from '../../src/package-root.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';
import type { Series } from '../../src/series/build-series.ts';
import type { Placeable } from '../../src/series/submission.ts';
import { joinComponents } from '../../src/thread/join-components.ts';
import { nodeNumbers } from '../support/list-drawing.ts';

const corpora = join(packageRoot, '..', 'shared', 'corpora');
const skip = existsSync(corpora) ? false : `no corpora at ${corpora}`;

/** A series whose members are beyond doubt; for shape "unthreaded" the cover letter is not named. */
interface TrueSeries {
  readonly shape: string;
  readonly cover: string | null;
  readonly patches: readonly string[];
}

async function allMessages(): Promise<Placeable[]> {
  const messages: Placeable[] = [];
  const nodeOf = nodeNumbers();
  const archive = join(corpora, 'ltp-10k.mbox.xz');
  for await (const { raw } of readMbox(archive, { maxMessageBytes: 26_214_400 })) {
    if (raw === null) continue;
    const { submitter, messageId, references, ...facts } = await parseMessage(raw);
    messages.push({
      ...facts,
      node: nodeOf(messageId),
      messageId,
      references: references.map(nodeOf),
      submitterEmail: submitter.email,
    });
  }
  return messages;
}

/** All messages of the archive; read once for both tests, each of which needs them whole. */
const corpus = skip === false ? allMessages() : Promise.resolve([]);

test('the series of the corpus that are beyond doubt come out exactly', { skip }, async () => {
  const { series } = placeMessages(await corpus);
  const seriesOf = new Map<string, Series>(
    series.flatMap((one) => one.members.map(({ submission }) => [submission.messageId, one])),
  );
  const truth: TrueSeries[] = JSON.parse(
    readFileSync(join(corpora, 'golden', 'ltp-10k.series-truth.json'), 'utf8'),
  );
  assert.equal(truth.length, 517);
  for (const { shape, cover, patches } of truth) {
    const found = seriesOf.get(patches[0] ?? '');
    const members = found?.members
      .filter(({ number }) => number > 0 || shape !== 'unthreaded')
      .map(({ submission }) => submission.messageId);
    assert.deepEqual(members, [...(cover === null ? [] : [cover]), ...patches]);
  }
});

test('the threads of the first 3,000 messages are those of notmuch', { skip }, async () => {
  const messages = (await corpus).slice(0, 3_000);
  const nodes = new Map(messages.map(({ messageId, node }) => [messageId, node]));
  const threads = joinComponents(messages.map(({ node, references }) => [node, ...references]));
  const theirs = gunzipSync(
    readFileSync(join(corpora, 'golden', 'ltp-3k.notmuch-threads.jsonl.gz')),
  );
  const pairs = new Set<string>();
  let comparedCount = 0;
  for (const line of theirs.toString().trim().split('\n')) {
    const their: { message_id: string; thread: string } = JSON.parse(line);
    const node = nodes.get(`<${their.message_id}>`);
    // What has no Message-ID, or a damaged one, has other names there.
    if (node === undefined) continue;
    comparedCount += 1;
    pairs.add(`${threads.get(node)} ${their.thread}`);
  }
  assert.ok(comparedCount > 2_990, `${comparedCount} compared`);
  const [ours, notmuchs] = [0, 1].map(
    (side) => new Set([...pairs].map((one) => one.split(' ')[side])),
  );
  assert.equal(ours?.size, pairs.size);
  assert.equal(notmuchs?.size, pairs.size);
});
