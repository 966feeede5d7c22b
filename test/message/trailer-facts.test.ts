import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { MessageRole } from '../../src/message/message-facts.ts';
import { trailerFacts, type TrailerFact } from '../../src/message/trailer-facts.ts';
import { trailers } from '../../src/patch/trailers.ts';

function factsOf(content: string, role: MessageRole = 'discussion'): TrailerFact[] {
  return trailerFacts({ role, content, trailers: trailers(content) });
}

function namedIn(content: string, role?: MessageRole): TrailerFact['named'][] {
  return factsOf(content, role).map(({ named }) => named);
}

const ada = { name: 'Ada', email: 'ada@brook.example' };

test('a trailer has the kind that is usually written, and its person', () => {
  assert.deepEqual(factsOf('REVIEWED-BY: Ada <ada@brook.example>\n'), [
    { kind: 'Reviewed-by', value: 'Ada <ada@brook.example>', person: ada, named: null },
  ]);
  const kinds =
    'Reviewed-By: x\nchange-id: x\nmessage-id: x\nBugLink: x\nReported-And-Tested-By: x\n';
  assert.deepEqual(
    factsOf(kinds).map(({ kind }) => kind),
    ['Reviewed-by', 'Change-Id', 'Message-ID', 'BugLink', 'Reported-and-tested-by'],
  );
});

test('Fixes, Link and Closes name no person', () => {
  const content = 'Fixes: 0123456789ab ("x")\nLink: https://a.example\nCloses: https://b.example\n';
  assert.deepEqual(
    factsOf(content, 'patch').map(({ kind, person }) => [kind, person]),
    [
      ['Fixes', null],
      ['Link', null],
      ['Closes', null],
    ],
  );
});

test('Cc, base-commit and prerequisites are no statement about a patch', () => {
  const content =
    'Cc: Ada\nCC: Ada\nbase-commit: 0123456\nprerequisite-patch-id: 01\nAcked-by: Ada\n';
  assert.deepEqual(
    factsOf(content, 'patch').map(({ kind }) => kind),
    ['Acked-by'],
  );
});

test('the line above a trailer names its patches, past empty lines and other trailers', () => {
  assert.deepEqual(namedIn('For the series:\n\nAcked-by: A\nTested-by: A\n'), ['series', 'series']);
  assert.deepEqual(namedIn('Patches 1-3:\nAcked-by: A\n\nFor patch 4:\nTested-by: A\n'), [
    [{ from: 1, to: 3 }],
    [{ from: 4, to: 4 }],
  ]);
});

test('another line between ends what the line above named', () => {
  assert.deepEqual(namedIn('For the series:\nThank you.\nAcked-by: A\n'), [null]);
  assert.deepEqual(namedIn('For the series:\n> quoted\nAcked-by: A\n'), [null]);
});

test('a quoted line names no patches', () => {
  assert.deepEqual(namedIn('> For the series:\nAcked-by: A\n'), [null]);
});

test('a remark behind the address names patches, and goes before the line above', () => {
  assert.deepEqual(namedIn('Acked-by: Ada <ada@brook.example> # series\n'), ['series']);
  assert.deepEqual(namedIn('For the series:\nAcked-by: Ada <ada@brook.example> # patch 2\n'), [
    [{ from: 2, to: 2 }],
  ]);
});

test('the line above names nothing in a commit message or cover letter', () => {
  assert.deepEqual(namedIn('For the series:\nAcked-by: A\n', 'patch'), [null]);
  assert.deepEqual(namedIn('For the series:\nAcked-by: A\n', 'cover'), [null]);
});

test('of more than 1000 trailers the first 1000 count', () => {
  const facts = factsOf('Acked-by: A\n'.repeat(3000));
  assert.equal(facts.length, 1000);
});
