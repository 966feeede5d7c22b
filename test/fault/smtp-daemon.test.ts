import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { SmtpClient } from '../smtp/smtp-client.ts';
import { certificateFiles, writeCertificate } from '../smtp/test-certificate.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { patchText, sampleListId, sampleMail, withCrlf } from '../support/sample-mail.ts';
import { until } from '../support/until.ts';

const patch = sampleMail({ id: 'a1', subject: '[PATCH] float', body: patchText('one') });

async function greeted(address: string): Promise<SmtpClient> {
  const client = await SmtpClient.to(address);
  await client.reply();
  await client.ask('EHLO client.example');
  return client;
}

test('serve without a certificate offers no STARTTLS, and with half of one it exits with 78', async (context) => {
  const scene = await openScene(context);
  const { certificate } = certificateFiles(context);
  const half = await scene.run(['serve'], { environment: { SMTP_TLS_CERT: certificate } });
  assert.equal(half.code, 78);
  assert.match(half.stderr, /both SMTP_TLS_CERT and SMTP_TLS_KEY/);
  const broken = { SMTP_TLS_CERT: certificate, SMTP_TLS_KEY: certificate };
  assert.equal((await scene.run(['serve'], { environment: broken })).code, 78);
  const daemon = await scene.serve();
  for (const address of [daemon.smtpAddress, daemon.lmtpAddress]) {
    const client = await SmtpClient.to(address);
    await client.reply();
    const hello = address === daemon.smtpAddress ? 'EHLO' : 'LHLO';
    assert.doesNotMatch(await client.ask(`${hello} client.example`), /STARTTLS/);
    client.socket.destroy();
  }
  await daemon.stop();
});

test('serve takes mail over TLS, requires it where told so, and reads its certificate again on SIGHUP', async (context) => {
  const paths = certificateFiles(context, 'old.example.org');
  const scene = await openScene(context, {
    SMTPS_ADDRESS: '127.0.0.1:0',
    SMTP_TLS_CERT: paths.certificate,
    SMTP_TLS_KEY: paths.key,
    SMTP_REQUIRE_TLS: '1',
  });
  const daemon = scene.start(['serve']);
  const [, smtp = '', lmtp = '', smtps = ''] =
    /smtp=(\S+) lmtp=(\S+) http=\S+ smtps=(\S+)$/.exec(await daemon.firstLine()) ?? [];

  const plain = await greeted(smtp);
  assert.match(await plain.ask('MAIL FROM:<>'), /^530 5\.7\.0 /);
  plain.socket.destroy();
  const local = await SmtpClient.to(lmtp);
  await local.begin('LHLO');
  assert.match(await local.data(withCrlf(patch).toString()), /^250 /);
  local.socket.destroy();

  const shownName = async (): Promise<unknown> => {
    const client = await SmtpClient.to(smtps);
    await client.secure();
    await client.reply();
    const { subject } = (client.socket as TLSSocket).getPeerCertificate();
    client.socket.destroy();
    return subject.CN;
  };
  assert.equal(await shownName(), 'old.example.org');
  writeCertificate(paths, 'new.example.org');
  daemon.signal('SIGHUP');
  await until(
    'the new certificate is shown',
    async () => (await shownName()) === 'new.example.org',
  );
  writeFileSync(paths.key, 'broken');
  daemon.signal('SIGHUP');
  await until('the broken key is logged', () => /stays as it was/.test(daemon.log));
  assert.equal(await shownName(), 'new.example.org');

  daemon.signal('SIGTERM');
  assert.equal((await daemon.result()).code, 0);
});

test('with LISTS=known only the addresses of lists, and the postmaster, get mail', async (context) => {
  const scene = await openScene(context, { LISTS: 'known' });
  const daemon = await scene.serve();
  const client = await greeted(daemon.smtpAddress);
  await client.ask('MAIL FROM:<>');
  const address = `RCPT TO:<${sampleListId.replace('.', '@').toUpperCase()}>`;
  assert.match(await client.ask(address), /^550 5\.7\.1 /);
  assert.match(await client.ask('RCPT TO:<postmaster>'), /^250 /);
  client.socket.destroy();
  await scene.run(['list', 'add', sampleListId]);
  await until('the list is known', async () => {
    const later = await greeted(daemon.smtpAddress);
    later.write(`MAIL FROM:<>\r\n${address}\r\n`);
    const isKnown = (await later.codes(2)) === '250 250';
    if (isKnown) assert.match(await later.data(withCrlf(patch).toString()), /^250 /);
    later.socket.destroy();
    return isKnown;
  });
  await untilIndexed(await scene.database(), 1);
  await daemon.stop();
});

test('a peer outside SMTP_ALLOW is refused over TCP, and a unix socket takes its mail', async (context) => {
  const scene = await openScene(context, { SMTP_ALLOW: '192.0.2.0/24' });
  const socket = join(scene.dataFolder, 'lmtp.sock');
  const daemon = await scene.serve({ LMTP_ADDRESS: socket });
  const refused = await SmtpClient.to(daemon.smtpAddress);
  assert.match(await refused.reply(), /^554 5\.7\.1 /);
  const local = await SmtpClient.to(socket);
  await local.begin('LHLO');
  assert.match(await local.data(withCrlf(patch).toString()), /^250 /);
  local.socket.destroy();
  await daemon.stop();
});
