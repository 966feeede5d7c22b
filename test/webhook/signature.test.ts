import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { maxWebhookFailures, retryDelayMs } from '../../src/webhook/retry-delay.ts';
import { webhookSignature } from '../../src/webhook/signature.ts';

test('a signature is what openssl makes of time, dot and body', () => {
  const { stdout } = spawnSync('openssl', ['dgst', '-sha256', '-hmac', 'a secret of 17 b.'], {
    input: '1795464886.{"events":[]}',
    encoding: 'utf8',
  });
  const expected = /([0-9a-f]{64})/.exec(stdout)?.[1];
  const secret = Buffer.from('a secret of 17 b.');
  const signature = webhookSignature(secret, Buffer.from('{"events":[]}'), 1_795_464_886);
  assert.equal(signature, `t=1795464886,v1=${expected}`);
});

test('delays double from a second to an hour, less up to a half of them, until the receiver is given up', () => {
  const longest = [1, 2, 3, 12, 13, 29].map((failures) => retryDelayMs(failures, 1));
  assert.deepEqual(longest, [1_000, 2_000, 4_000, 2_048_000, 3_600_000, 3_600_000]);
  assert.equal(retryDelayMs(3, 0), 2_000);
  assert.equal(retryDelayMs(maxWebhookFailures, 0), null);
});
