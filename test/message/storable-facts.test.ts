import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packedParts } from '../../src/message/packed-texts.ts';
import { storableFacts } from '../../src/message/storable-facts.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';

function textsOf(facts: ReturnType<typeof storableFacts>): (string | null)[] {
  return packedParts(facts.texts).map((part) => part && Buffer.from(part).toString());
}

test('a patch goes with its texts packed, and with what indexing asks of them', async () => {
  const body = `Change-Id: I5e2c\nDepends-on: <other@example.org>\n${patchText('one')}`;
  const facts = await parseMessage(sampleMail({ id: 'p', subject: '[PATCH] one', body }));
  const storable = storableFacts(facts);
  const [headers, content, diff, diffFiles, trailers] = textsOf(storable);
  assert.deepEqual(
    JSON.parse(headers!),
    facts.headers.map(({ name, value }) => [name, value]),
  );
  assert.deepEqual({ content, diff }, { content: facts.content, diff: facts.diff });
  assert.ok(diff!.length > 20);
  assert.deepEqual(JSON.parse(diffFiles!), facts.diffFiles);
  assert.deepEqual(JSON.parse(trailers!), facts.trailers);
  assert.deepEqual(storable.revisionHints.changeIds, ['I5e2c']);
  assert.equal(storable.dependencies[0]?.messageId, '<other@example.org>');
});

test('a message without a diff goes with none', async () => {
  const raw = sampleMail({ id: 'd', subject: 'a question', body: 'Why?\n' });
  const [, content, diff] = textsOf(storableFacts(await parseMessage(raw)));
  assert.match(content!, /Why\?/);
  assert.equal(diff, null);
});
