import { test } from 'node:test';
import assert from 'node:assert/strict';
import { ConfigError, readConfig } from '../../src/config.ts';

const certificate = { SMTP_TLS_CERT: '/etc/cert.pem', SMTP_TLS_KEY: '/etc/key.pem' };

test('TLS needs a certificate and its key, and nothing offers TLS without both', () => {
  const mistakes = [
    { SMTP_TLS_CERT: '/etc/cert.pem' },
    { SMTP_TLS_KEY: '/etc/key.pem' },
    { SMTP_REQUIRE_TLS: '1' },
    { SMTPS_ADDRESS: '127.0.0.1:465' },
    { ...certificate, SMTP_REQUIRE_TLS: 'yes' },
  ];
  for (const environment of mistakes) {
    assert.throws(() => readConfig(environment), ConfigError, JSON.stringify(environment));
  }
  assert.equal(readConfig({}).smtpTls, null);
  const { smtpTls, requiresTls } = readConfig({ ...certificate, SMTP_REQUIRE_TLS: '1' });
  assert.deepEqual(smtpTls, { certificate: '/etc/cert.pem', key: '/etc/key.pem' });
  assert.equal(requiresTls, true);
});

test('without SMTP_ALLOW only this machine may connect', () => {
  const { smtpPeers } = readConfig({});
  assert.deepEqual(
    ['127.0.0.1', '127.9.9.9', '::1', '192.0.2.1', '10.0.0.1'].map((address) =>
      smtpPeers.has(address),
    ),
    [true, true, true, false, false],
  );
  assert.equal(readConfig({ SMTP_ALLOW: '10.0.0.0/8' }).smtpPeers.has('10.1.2.3'), true);
  assert.throws(() => readConfig({ SMTP_ALLOW: 'everybody' }), /SMTP_ALLOW: "everybody"/);
});

test('lists are made by mail only while every listener is on this machine', () => {
  assert.equal(
    readConfig({ SMTP_ADDRESS: '[::1]:25', LMTP_ADDRESS: '/run/lmtp.sock' }).lists,
    'auto',
  );
  for (const name of ['SMTP_ADDRESS', 'LMTP_ADDRESS', 'HTTP_ADDRESS']) {
    assert.equal(readConfig({ [name]: '0.0.0.0:2525' }).lists, 'known', name);
  }
  assert.equal(readConfig({ ...certificate, SMTPS_ADDRESS: '[::]:465' }).lists, 'known');
});

test('an address that cannot be understood is a mistake of the configuration', () => {
  for (const name of ['SMTP_ADDRESS', 'SMTPS_ADDRESS', 'LMTP_ADDRESS', 'HTTP_ADDRESS']) {
    assert.throws(
      () => readConfig({ ...certificate, [name]: '2525' }),
      new RegExp(`^ConfigError: ${name}: `),
    );
  }
});

test('memory has room for one message at least, and for eight where nothing is said', () => {
  assert.equal(readConfig({ MAX_MESSAGE_BYTES: '1000' }).maxBufferedBytes, 8000);
  assert.throws(() => readConfig({ MAX_BUFFERED_BYTES: '1000' }), /MAX_BUFFERED_BYTES is 1000/);
});

test('METRICS_ADDRESS takes /metrics away from HTTP_ADDRESS, and its being reached from afar lets nobody make lists', () => {
  assert.equal(readConfig({}).hasMetricsOverHttp, true);
  const { metricsAddress, hasMetricsOverHttp, lists } = readConfig({
    METRICS_ADDRESS: '0.0.0.0:9464',
  });
  assert.deepEqual([metricsAddress, hasMetricsOverHttp, lists], ['0.0.0.0:9464', false, 'auto']);
  const off = readConfig({ METRICS_ADDRESS: 'off' });
  assert.deepEqual([off.metricsAddress, off.hasMetricsOverHttp], [null, false]);
});

test('a level of the log that there is not is a mistake of the configuration', () => {
  assert.throws(() => readConfig({ LOG_LEVEL: 'loud' }), ConfigError);
  assert.throws(() => readConfig({ MAX_INDEX_LAG_SECONDS: '-1' }), ConfigError);
});
