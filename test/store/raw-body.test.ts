import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { decodeBeginning, decodeBody, encodeBody } from '../../src/store/raw-body.ts';

const mail = Buffer.from(
  `Subject: [PATCH] one\r\n\r\n${'+ a line of a diff that repeats\r\n'.repeat(500)}`,
);

test('a message is packed with brotli and comes back byte for byte', () => {
  const packed = encodeBody(mail);
  assert.equal(packed.encoding, 'brotli');
  assert.ok(packed.bytes.length < mail.length / 10);
  assert.ok(decodeBody(packed.bytes, packed.encoding).equals(mail));
});

test('a message too short to gain by packing stays as it is', () => {
  const short = mail.subarray(0, 511);
  assert.deepEqual(encodeBody(short), { bytes: short, encoding: 'identity' });
});

test('a message that was packed with deflate is still read', () => {
  assert.ok(decodeBody(deflateRawSync(mail), 'deflate').equals(mail));
});

for (const encoding of ['brotli', 'deflate', 'identity'] as const) {
  test(`of a body that is cut off, packed as ${encoding}, the beginning is had`, () => {
    const packed = {
      brotli: encodeBody(mail).bytes,
      deflate: deflateRawSync(mail),
      identity: mail,
    }[encoding];
    const beginning = decodeBeginning(packed.subarray(0, packed.length - 10), encoding);
    assert.ok(beginning.length > 20);
    assert.ok(mail.subarray(0, beginning.length).equals(beginning));
  });
}

test('of a damaged body nothing is had, and it does no harm', () => {
  assert.equal(decodeBeginning(Buffer.alloc(40, 0xff), 'brotli').length, 0);
});

test('what cannot be packed, and a count of octets that is wrong, cost memory only', () => {
  const noise = randomBytes(20_000);
  for (const message of [mail, noise]) {
    const { bytes, encoding } = encodeBody(message);
    for (const byteCount of [message.length, 1_000, 100_000]) {
      assert.ok(decodeBody(bytes, encoding, byteCount).equals(message));
    }
  }
});

test('a message that was unpacked holds on to no more than its own bytes', () => {
  const { bytes, encoding } = encodeBody(mail);
  const unpacked = decodeBody(bytes, encoding, mail.length);
  assert.ok(unpacked.buffer.byteLength <= mail.length + 1);
});
