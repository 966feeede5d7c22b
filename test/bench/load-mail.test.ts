import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadMail } from '../../bench/load-mail.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';

const mails = ['s0', 's1'].flatMap((sender) =>
  Array.from({ length: 200 }, (_, number) => loadMail(sender, number)),
);
const texts = mails.map(({ raw }) => raw.toString('latin1'));

test('no two messages of a load are the same, nor their ids', () => {
  assert.equal(new Set(mails.map(({ messageId }) => messageId)).size, mails.length);
  assert.equal(new Set(texts).size, mails.length);
});

test('a message of a load can be sent as it is: line ends CRLF, no line begins with a dot', () => {
  for (const text of texts) {
    assert.doesNotMatch(text, /(?<!\r)\n|\r(?!\n)|^\./m);
    assert.ok(text.endsWith('\r\n'));
  }
});

test('a load has series of five patches of some 10 KB, all with other diffs, and a reply to each series', async () => {
  const facts = await Promise.all(mails.slice(0, 200).map(({ raw }) => parseMessage(raw)));
  const roles = facts.slice(0, 6).map(({ role }) => role);
  assert.deepEqual(roles, ['patch', 'patch', 'patch', 'patch', 'patch', 'discussion']);
  const hashes = facts.flatMap(({ patchworkHash }) => patchworkHash ?? []);
  assert.equal(new Set(hashes).size, facts.filter(({ role }) => role === 'patch').length);
  for (const { length } of texts) assert.ok(length > 9_000 && length < 11_000, `${length} bytes`);
});
