import { test } from 'node:test';
import assert from 'node:assert/strict';
import { revisionHints } from '../../src/message/revision-hints.ts';
import type { HintSource } from '../../src/message/revision-hints.ts';
import { nameAfterPrefixes, baseTitle } from '../../src/series/revision-title.ts';
import { compareVersions, revisionVersion } from '../../src/series/revision-version.ts';

function source(more: Partial<HintSource>): HintSource {
  return { role: 'patch', trailers: [], headers: [], diffFiles: [], ...more };
}

test('a change-id is read from trailer and header, whatever its case', () => {
  const trailers = [
    { kind: 'change-id', value: '20240105-fix-leak-3f1e2d' },
    { kind: 'Change-Id', value: 'I5e2c more' },
    { kind: 'prerequisite-change-id', value: '20240101-base:v1' },
  ];
  const headers = [{ name: 'X-Change-ID', value: '20240105-fix-leak-3f1e2d' }];
  const { changeIds } = revisionHints(source({ trailers, headers }));
  assert.deepEqual(changeIds, ['20240105-fix-leak-3f1e2d', 'I5e2c']);
});

test('a change-id longer than any tool makes is none', () => {
  const trailers = [{ kind: 'change-id', value: 'x'.repeat(201) }];
  assert.deepEqual(revisionHints(source({ trailers })).changeIds, []);
});

for (const [value, ids] of [
  ['<a@b>', ['<a@b>']],
  ['<a@b> <c@d>', ['<a@b>', '<c@d>']],
  ['a@b', ['<a@b>']],
  ['https://lore.example/r/a@b/#t', ['<a@b>']],
  ['<https://lore.example/list/a%40b/>', ['<a@b>']],
  ['https://lore.example/list/%zz/', []],
  ['https://lore.example/r/a%00@b/', []],
  ['the first version', []],
  ['', []],
] as const) {
  test(`Supersedes: ${value} names ${ids.length} messages`, () => {
    const trailers = [{ kind: 'Supersedes', value }];
    assert.deepEqual(revisionHints(source({ trailers })).supersedes, ids);
    const obsoletes = [{ kind: 'Obsoletes', value }];
    assert.deepEqual(revisionHints(source({ trailers: obsoletes })).supersedes, ids);
  });
}

test('discussion gives no hints: who quotes a trailer does not say it', () => {
  const trailers = [{ kind: 'change-id', value: 'c1' }];
  assert.deepEqual(revisionHints(source({ role: 'discussion', trailers })).changeIds, []);
});

test('a title is what is left without prefixes, version, case and full stop', () => {
  assert.equal(baseTitle('[v2,1/3] mm : Fix  a leak.'), 'mm: fix a leak');
  assert.equal(baseTitle('mm: fix a leak (v2)'), 'mm: fix a leak');
  assert.equal(baseTitle('[v2]'), null);
  assert.equal(baseTitle('[v2 unclosed'), '[v2 unclosed');
  assert.equal(nameAfterPrefixes('[a] [b] [c] Title'), 'Title');
});

test('versions are ordered: RFC, whole, dotted', () => {
  const versions = [
    revisionVersion(1, ['RFC']),
    revisionVersion(1, []),
    revisionVersion(1, ['V1.1', '2/2']),
    revisionVersion(1, ['PATCHv2']),
    revisionVersion(2, ['v2', '1/2']),
    revisionVersion(1, ['v10.2']),
  ];
  const orders = versions
    .slice(1)
    .map((version, index) => compareVersions(versions[index]!, version));
  assert.deepEqual(orders.map(Math.sign), [-1, -1, -1, 0, -1]);
});
