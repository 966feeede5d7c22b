import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dependencies, type Dependency } from '../../src/message/dependencies.ts';
import { trailers } from '../../src/patch/trailers.ts';

function dependenciesOf(text: string): Dependency[] {
  return dependencies(trailers(text));
}

/** What a Depends-on names: message-ids, null for a URL without one. */
function targetsOf(value: string): (string | null)[] {
  return dependenciesOf(`Depends-on: ${value}\n`).map(({ messageId }) => messageId);
}

for (const kind of ['Depends-on', 'Based-on', 'prerequisite-message-id']) {
  test(`${kind} names a message-id, in any case`, () => {
    for (const line of [`${kind}: <a1@brook.example>`, `${kind.toUpperCase()}: a1@brook.example`]) {
      const [dependency, ...more] = dependenciesOf(`${line}\n`);
      assert.deepEqual(more, []);
      assert.equal(dependency?.kind, kind);
      assert.equal(dependency.messageId, '<a1@brook.example>');
    }
  });
}

for (const url of [
  'https://lore.kernel.org/all/a1@brook.example/',
  'https://lore.kernel.org/brook-devel/a1@brook.example/T/#u',
  'https://lore.kernel.org/r/a1@brook.example',
  'https://lkml.kernel.org/r/a1%40brook.example',
  'http://patchwork.example/project/brook/patch/a1@brook.example/',
  'https://patchwork.example/project/brook/cover/a1@brook.example/mbox/',
  'https://patchew.org/Brook/a1@brook.example/',
  'https://www.mail-archive.com/search?l=mid&q=a1@brook.example',
  'https://marc.info/?i=%3Ca1@brook.example%3E',
  'HTTPS://patch.msgid.link/a1@brook.example',
  'mid:a1@brook.example',
  '<https://lore.kernel.org/r/a1@brook.example>',
  '(https://lore.kernel.org/r/a1@brook.example).',
]) {
  test(`${url} names its message-id`, () => {
    assert.deepEqual(targetsOf(url), ['<a1@brook.example>']);
  });
}

test('a slash that a URL encodes is part of the message-id', () => {
  assert.deepEqual(targetsOf('https://lore.kernel.org/r/a%2F1@brook.example/'), [
    '<a/1@brook.example>',
  ]);
});

for (const url of [
  'https://patchwork.example/project/brook/list/?series=12',
  'https://patchwork.example/project/brook/patch/807493/',
  'https://user@brook.example/',
  'https://brook.example/@ada',
  'https://brook.example/a%00b@c',
  'https://brook.example',
]) {
  test(`${url} is kept without a target`, () => {
    assert.deepEqual(targetsOf(url), [null]);
    assert.equal(dependenciesOf(`Depends-on: ${url}\n`)[0]?.value, url);
  });
}

test('a broken percent code is taken as it is written', () => {
  assert.deepEqual(targetsOf('https://lore.kernel.org/r/a%ff1@brook.example'), [
    '<a%ff1@brook.example>',
  ]);
});

test('a value may name several messages, with words between', () => {
  assert.deepEqual(targetsOf('v2 of <a1@x>, https://lore.kernel.org/r/b1@x and\n c1@x'), [
    '<a1@x>',
    '<b1@x>',
    '<c1@x>',
  ]);
});

test('a value without an id or URL names nothing', () => {
  for (const value of ['master', 'the series before', '<>', '@', '<no id>', 'I0123abc']) {
    assert.deepEqual(targetsOf(value), [], value);
  }
});

test('an overlong message-id becomes the one that its message has', () => {
  const [target] = targetsOf(`<${'a'.repeat(1000)}@x>`);
  assert.match(target ?? '', /^<[0-9a-f]{64}@long\.invalid>$/);
});

const patchId = '0123456789abcdef0123456789abcdef01234567';

test('the base block of git format-patch names a commit and patch-ids', () => {
  const found = dependenciesOf(
    `base-commit: ${patchId}\nprerequisite-patch-id: ${patchId.toUpperCase()}\nprerequisite-patch-id: ${patchId}\n`,
  );
  assert.deepEqual(
    found.map((dependency) => [dependency.kind, dependency.baseCommit, dependency.patchId]),
    [
      ['base-commit', patchId, null],
      ['prerequisite-patch-id', null, patchId],
      ['prerequisite-patch-id', null, patchId],
    ],
  );
});

test('what is no commit or patch-id gives nothing', () => {
  assert.deepEqual(dependenciesOf('base-commit: v6.1\nbase-commit: 012345\n'), []);
  assert.deepEqual(dependenciesOf('prerequisite-patch-id: 0123456\n'), []);
  assert.deepEqual(
    dependenciesOf('base-commit: 0123456 (tag v1)\n').map(({ baseCommit }) => baseCommit),
    ['0123456'],
  );
});

test('a prerequisite-change-id has a version', () => {
  const found = dependenciesOf(
    'prerequisite-change-id: 20260302-float-1f2e:v2\nprerequisite-change-id: 20260302-float-1f2e\n',
  );
  assert.deepEqual(
    found.map(({ changeId, changeVersion }) => [changeId, changeVersion]),
    [
      ['20260302-float-1f2e', 2],
      ['20260302-float-1f2e', null],
    ],
  );
  assert.deepEqual(dependenciesOf(`prerequisite-change-id: ${'x'.repeat(300)}\n`), []);
});

test('quoted and indented lines, and other trailers, name nothing', () => {
  assert.deepEqual(dependenciesOf('> Depends-on: <a@x>\n Depends-on: <a@x>\nLink: <a@x>\n'), []);
});
