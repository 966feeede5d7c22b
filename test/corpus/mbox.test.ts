import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { packageRoot } from '../../src/package-root.ts';

const corpora = join(packageRoot, '..', 'shared', 'corpora');
const skip = existsSync(corpora) ? false : `no corpora at ${corpora}`;

test('the mbox of 10,000 messages gives 10,000 messages with a header each', { skip }, async () => {
  let messageCount = 0;
  let byteCount = 0;
  let lastOffset = -1;
  for await (const { raw, offset } of readMbox(join(corpora, 'ltp-10k.mbox.xz'), {
    maxMessageBytes: 26_214_400,
  })) {
    assert(raw !== null && /^[!-9;-~]+:/.test(raw.toString('latin1', 0, 100)), `at ${offset}`);
    assert(offset > lastOffset);
    lastOffset = offset;
    messageCount += 1;
    byteCount += raw.length;
  }
  assert.equal(messageCount, 10_000);
  assert.equal(byteCount, 105_994_610);
});
