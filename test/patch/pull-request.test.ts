import { test } from 'node:test';
import assert from 'node:assert/strict';
import { pullUrl } from '../../src/patch/pull-request.ts';

const commit = 'The following changes since commit 0123456789abcdef0123456789abcdef01234567:\n';
const phrase = 'are available in the git repository at:\n';
const shortlog = '\nA (1):\n      Fix f\n\n f.c | 2 +-\n';

function request(repository: string): string {
  return `Hi,\n\n${commit}\n  A: Fix e (2020-01-01 00:00:00 +0000)\n\n${phrase}\n${repository}\n${shortlog}`;
}

for (const [what, repository, url] of [
  ['a branch', '  git://example.com/x.git for-b', 'git://example.com/x.git for-b'],
  ['no branch', '  git://example.com/x.git', 'git://example.com/x.git'],
  [
    'a branch on the next line',
    '  git://example.com/x.git\nfor-b',
    'git://example.com/x.git for-b',
  ],
  [
    'a backslash',
    '  https://example.com/x.git/ \\\n    tags/t-1',
    'https://example.com/x.git/ tags/t-1',
  ],
  ['a trailing blank', '  git://example.com/x.git tags/t ', 'git://example.com/x.git tags/t'],
  ['two blanks', 'git://example.com/x.git   for-b', 'git://example.com/x.git for-b'],
  ['an ssh address', '  git@example.com:x.git for-b', 'git@example.com:x.git for-b'],
  ['git+ssh', '  git+ssh://example.com/~a/x.git b', 'git+ssh://example.com/~a/x.git b'],
  ['ssh', '  ssh://example.com/x.git b', 'ssh://example.com/x.git b'],
  ['http', '  http://example.com/x.git b', 'http://example.com/x.git b'],
  ['prose instead of a URL', '  my tree', null],
  ['prose after the URL', '  git://example.com/x.git in a branch', null],
  ['an address in brackets', '  <https://example.com/x.git>', null],
] as const) {
  test(`a pull request with ${what} asks for ${url}`, () => {
    assert.equal(pullUrl(request(repository)), url);
  });
}

const repository = '  git://example.com/x.git b';

test('Git is written large by newer versions', () => {
  const text = request(repository).replace('git repository', 'Git repository');
  assert.equal(pullUrl(text), 'git://example.com/x.git b');
});

test('CRLF line ends and a wrapped phrase do not hide a pull request', () => {
  const url = 'git://example.com/x.git b';
  assert.equal(pullUrl(request(repository).replaceAll('\n', '\r\n')), url);
  assert.equal(pullUrl(request(repository).replace('git repository', 'git\nrepository')), url);
});

test('the URL may follow without an empty line', () => {
  assert.equal(pullUrl(`${commit}${phrase}${repository}`), 'git://example.com/x.git b');
});

test('without the line of the base commit a text is no pull request', () => {
  assert.equal(pullUrl(request(repository).replace(commit, '')), null);
  assert.equal(pullUrl(`${phrase}${repository}\n\n${commit}`), null);
});

test('a quoted pull request is none', () => {
  assert.equal(pullUrl(request(repository).replaceAll(/^/gm, '> ')), null);
});

test('words behind the colon, or no URL at all, make no pull request', () => {
  assert.equal(
    pullUrl(`${commit}are available in the git repository at: home\n${repository}`),
    null,
  );
  assert.equal(pullUrl(`${commit}${phrase}`), null);
});

test('of two repositories the last counts', () => {
  const text = request(repository) + request('  git://example.com/y.git');
  assert.equal(pullUrl(text), 'git://example.com/y.git');
});
