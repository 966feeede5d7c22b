import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import type { ListenerTls } from '../../src/smtp/listener-options.ts';
import { TlsCertificate, TlsCertificateError } from '../../src/smtp/tls-certificate.ts';
import { until } from '../support/until.ts';
import { openListener, type OpenListener } from './open-listener.ts';
import { SmtpClient } from './smtp-client.ts';
import { certificateFiles, writeCertificate } from './test-certificate.ts';

const message = 'Subject: hello\r\n\r\ntext\r\n';

async function openTls(
  context: TestContext,
  use: ListenerTls['use'],
  options: Parameters<typeof openListener>[1] = {},
): Promise<OpenListener & { readonly certificate: TlsCertificate }> {
  const certificate = await TlsCertificate.load(certificateFiles(context));
  const opened = await openListener(context, { ...options, tls: { certificate, use } });
  return { ...opened, certificate };
}

/** A client with a TLS session by STARTTLS, before EHLO. */
async function startTls(peer: SmtpClient): Promise<void> {
  await peer.reply();
  await peer.ask('EHLO client.example');
  assert.match(await peer.ask('STARTTLS'), /^220 /);
  await peer.secure();
}

test('without a certificate of its own, a listener offers no TLS', async (context) => {
  const { client } = await openListener(context);
  const peer = await client();
  await peer.reply();
  assert.doesNotMatch(await peer.ask('EHLO client.example'), /STARTTLS/);
  assert.match(await peer.ask('STARTTLS'), /^500 /);
});

test('a message comes in over STARTTLS, with TLS 1.2 or later and our certificate', async (context) => {
  const { messages, client } = await openTls(context, 'offered');
  const peer = await client();
  await peer.reply();
  assert.match(await peer.ask('EHLO client.example'), /^250-STARTTLS$/m);
  assert.match(await peer.ask('STARTTLS'), /^220 /);
  const socket = await peer.secure();
  assert.equal(socket.getPeerCertificate().subject.CN, 'lists.example.org');
  assert.match(socket.getProtocol() ?? '', /^TLSv1\.[23]$/);
  assert.doesNotMatch(await peer.ask('EHLO client.example'), /STARTTLS/);
  peer.write('MAIL FROM:<>\r\nRCPT TO:<list@example.org>\r\n');
  assert.equal(await peer.codes(2), '250 250');
  assert.equal(await peer.data(message), '250 2.0.0 stored');
  assert.equal(String(messages[0]?.raw), message);
  assert.equal(messages[0]?.peer, '127.0.0.1');
});

test('STARTTLS that comes in one packet with EHLO is answered before the handshake', async (context) => {
  const { client } = await openTls(context, 'offered');
  const peer = await client();
  await peer.reply();
  peer.write('EHLO client.example\r\nSTARTTLS\r\n');
  assert.match(await peer.reply(), /^250-/);
  assert.match(await peer.reply(), /^220 /);
  await peer.secure();
  assert.match(await peer.ask('EHLO client.example'), /^250-/);
});

test('LMTP offers STARTTLS too', async (context) => {
  const { client } = await openTls(context, 'offered', { protocol: 'lmtp' });
  const peer = await client();
  await peer.reply();
  assert.match(await peer.ask('LHLO client.example'), /^250-STARTTLS$/m);
});

test('what was said before STARTTLS is forgotten', async (context) => {
  const { client } = await openTls(context, 'offered');
  const peer = await client();
  await peer.begin();
  assert.match(await peer.ask('STARTTLS'), /^220 /);
  await peer.secure();
  assert.match(await peer.ask('RCPT TO:<list@example.org>'), /^503 /);
  await peer.ask('EHLO client.example');
  assert.match(await peer.ask('RCPT TO:<list@example.org>'), /^503 /);
  assert.match(await peer.ask('DATA'), /^503 /);
});

const injected = [
  'NOOP\r\n',
  'EHLO injected\r\nMAIL FROM:<evil@example.org>\r\n',
  'NOOP\r\n'.repeat(500),
  'NOOP\n',
  'NO',
];

test('commands that come in plain text behind STARTTLS are dropped', async (context) => {
  const { messages, client } = await openTls(context, 'offered');
  for (const commands of injected) {
    const peer = await client();
    await peer.reply();
    await peer.ask('EHLO client.example');
    peer.write(`STARTTLS\r\n${commands}`);
    assert.match(await peer.reply(), /^220 /);
    await peer.secure();
    assert.match(await peer.ask('RCPT TO:<list@example.org>'), /^503 /, JSON.stringify(commands));
    assert.match(await peer.ask('EHLO client.example'), /^250-lists/, JSON.stringify(commands));
    assert.match(await peer.ask('RCPT TO:<list@example.org>'), /^503 /, 'no sender was injected');
    peer.socket.destroy();
  }
  assert.equal(messages.length, 0);
});

test('where TLS is required, MAIL before it is a 530 5.7.0', async (context) => {
  const { client } = await openTls(context, 'required');
  const peer = await client();
  await peer.reply();
  await peer.ask('EHLO client.example');
  assert.match(await peer.ask('MAIL FROM:<>'), /^530 5\.7\.0 /);
  assert.match(await peer.ask('RCPT TO:<list@example.org>'), /^503 /);
  await peer.ask('STARTTLS');
  await peer.secure();
  await peer.ask('EHLO client.example');
  assert.match(await peer.ask('MAIL FROM:<>'), /^250 /);
});

async function secureClient(address: string, options: object = {}): Promise<SmtpClient> {
  const peer = await SmtpClient.to(address);
  await peer.secure(options);
  return peer;
}

test('a listener may speak TLS from the first byte', async (context) => {
  const { listener, messages } = await openTls(context, 'immediate');
  const peer = await secureClient(listener.address);
  await peer.begin();
  assert.equal(await peer.data(message), '250 2.0.0 stored');
  assert.equal(messages.length, 1);
  peer.socket.destroy();
  await until('the connection has gone', () => listener.connectionCount() === 0);
});

test('TLS 1.1 is refused', async (context) => {
  const { listener, errors } = await openTls(context, 'immediate');
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' };
  await assert.rejects(secureClient(listener.address, old));
  assert.deepEqual(errors, [], 'which is no trouble of ours');
});

for (const use of ['offered', 'immediate'] as const) {
  test(`a certificate that is read again is shown to new connections (${use})`, async (context) => {
    const paths = certificateFiles(context, 'old.example.org');
    const certificate = await TlsCertificate.load(paths);
    const { listener } = await openListener(context, { tls: { certificate, use } });
    const shownName = async (): Promise<unknown> => {
      const peer = await SmtpClient.to(listener.address);
      if (use === 'offered') await startTls(peer);
      else await peer.secure();
      const socket = peer.socket as TLSSocket;
      const { CN } = socket.getPeerCertificate().subject;
      peer.socket.destroy();
      return CN;
    };
    assert.equal(await shownName(), 'old.example.org');
    writeCertificate(paths, 'new.example.org');
    await certificate.reload();
    assert.equal(await shownName(), 'new.example.org');
    writeFileSync(paths.certificate, 'broken');
    await assert.rejects(certificate.reload(), TlsCertificateError);
    assert.equal(await shownName(), 'new.example.org');
  });
}

test('files that are not there, or do not belong together, are no certificate', async (context) => {
  const first = certificateFiles(context);
  const second = certificateFiles(context);
  await assert.rejects(
    TlsCertificate.load({ certificate: first.certificate, key: second.key }),
    TlsCertificateError,
  );
  await assert.rejects(
    TlsCertificate.load({ certificate: '/nowhere/cert.pem', key: first.key }),
    TlsCertificateError,
  );
});

for (const use of ['offered', 'immediate'] as const) {
  test(`a TLS handshake that stalls or trickles is ended at its deadline (${use})`, async (context) => {
    const { listener, client } = await openTls(context, use, { limits: { commandMs: 200 } });
    const peer = await client();
    if (use === 'offered') {
      await peer.reply();
      await peer.ask('EHLO client.example');
      await peer.ask('STARTTLS');
    }
    // The beginning of a record that never becomes whole.
    peer.write(Buffer.from([0x16, 0x03, 0x01, 0x40, 0x00]));
    const trickle = setInterval(() => peer.write('x'), 20);
    await peer.rest();
    clearInterval(trickle);
    await until('the connection has gone', () => listener.connectionCount() === 0);
  });

  test(`close does not wait for a TLS handshake that stalls (${use})`, async (context) => {
    const { listener, client } = await openTls(context, use);
    const peer = await client();
    if (use === 'offered') {
      await peer.reply();
      await peer.ask('EHLO client.example');
      await peer.ask('STARTTLS');
    }
    peer.write(Buffer.from([0x16, 0x03, 0x01, 0x40, 0x00]));
    await listener.close();
    await until('the connection has gone', () => listener.connectionCount() === 0);
  });

  test(`what is no TLS at all ends the connection and nothing else (${use})`, async (context) => {
    const { listener, errors } = await openTls(context, use);
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\0\x05hello', '\0'.repeat(1000)]) {
      const peer = await SmtpClient.to(listener.address);
      if (use === 'offered') {
        await peer.reply();
        await peer.ask('EHLO client.example');
        await peer.ask('STARTTLS');
      }
      peer.write(Buffer.from(bytes, 'latin1'));
      await peer.rest();
    }
    await until('the connections have gone', () => listener.connectionCount() === 0);
    assert.deepEqual(errors, []);
  });
}
