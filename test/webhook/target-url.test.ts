import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TargetError, targetUrl } from '../../src/webhook/target-url.ts';

const refused: readonly (readonly [string, RegExp])[] = [
  ['ftp://example.org/', /ftp: is neither/],
  ['file:///etc/passwd', /file: is neither/],
  ['example.org/hook', /not a URL/],
  ['https://user:word@example.org/', /user and password/],
  ['http://127.0.0.1:8000/', /127\.0\.0\.1 is a private address/],
  ['http://2130706433/', /127\.0\.0\.1 is a private address/],
  ['http://0x7f.1/', /127\.0\.0\.1 is a private address/],
  ['http://[::1]/', /::1 is a private address/],
  ['http://[::ffff:169.254.169.254]/', /is a private address/],
];

for (const [url, reason] of refused) {
  test(`${url} is refused`, () => {
    assert.throws(
      () => targetUrl(url, false),
      (error) => error instanceof TargetError && reason.test(error.message),
    );
  });
}

test('a public host is taken, and a private address where it is allowed', () => {
  assert.equal(targetUrl('https://ci.example.org/hook?list=a', false).hostname, 'ci.example.org');
  assert.equal(targetUrl('http://127.0.0.1:8000/', true).port, '8000');
});
