import { test } from 'node:test';
import assert from 'node:assert/strict';
import { placeMessages } from '../../src/ingest/place-messages.ts';
import { drawnList } from '../support/list-drawing.ts';

/** "kind parent target series" of each message, by its message-id. */
function places(drawing: string): string[] {
  const messages = drawnList(drawing);
  const { placeOf } = placeMessages(messages);
  return messages.map((message) => {
    const { kind, parent, target, series, membership } = placeOf.get(message)!;
    const number = membership === null ? '' : ` as ${membership.number}`;
    return `${kind} ${parent?.messageId ?? '-'} ${target?.messageId ?? '-'} ${series?.key ?? '-'}${number}`;
  });
}

test('each message of a thread has its kind, parent, target and series', () => {
  assert.deepEqual(
    places(`
      A [PATCH 0/1] mm: fix a leak
      A   [PATCH 1/1] mm: one
      -     Re: [PATCH 1/1] mm: one
      -   Re: [PATCH 0/1] mm: fix a leak
      B [GIT PULL] mm | pull
    `),
    [
      'cover - - <01@list> as 0',
      'patch <01@list> - <01@list> as 1',
      'comment <02@list> <02@list> -',
      'comment <01@list> <01@list> -',
      'pull-request - - <05@list> as 1',
    ],
  );
});

test('discussion on no patch is other', () => {
  assert.deepEqual(
    places(`
      - mm: leaks | text
      -   Re: mm: leaks
    `),
    ['other - - -', 'other <01@list> - -'],
  );
});

test('a second message with the same Message-ID keeps its own kind, and stands in no series', () => {
  const messages = drawnList(`
    A [PATCH] mm: one   | <one@list>
    - [PATCH] mm: other | <one@list>
    -   Re: [PATCH] mm: other
  `);
  const { placeOf } = placeMessages(messages);
  const found = messages.map((message) => placeOf.get(message)!);
  assert.deepEqual(
    found.map(({ isFirst, kind, series }) => [isFirst, kind, series?.key]),
    [
      [true, 'patch', '<one@list>'],
      [false, 'patch', undefined],
      [true, 'comment', undefined],
    ],
  );
  assert.equal(found[2]?.parent, messages[0]);
});

test('messages that never came are parents of nothing', () => {
  assert.deepEqual(
    places(`
      - [PATCH] mm: one | lost
      -   Re: [PATCH] mm: one
      -     Re: [PATCH] mm: one
    `),
    ['other - - -', 'other <02@list> - -'],
  );
});
