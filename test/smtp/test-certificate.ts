import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TlsCertificatePaths } from '../../src/smtp/tls-certificate.ts';

/** Paths of a fresh certificate for `name` and its key; gone when the test ends. */
export function certificateFiles(
  context: TestContext,
  name = 'lists.example.org',
): TlsCertificatePaths {
  const folder = mkdtempSync(join(tmpdir(), 'patchloom-tls-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const paths = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeCertificate(paths, name);
  return paths;
}

/** Replaces both files. */
export function writeCertificate(paths: TlsCertificatePaths, name: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const content = contentOf(name, publicKey.export({ type: 'spki', format: 'der' }));
  const signature = sign('sha256', content, privateKey);
  const bits = der(0x03, Buffer.from([0]), signature);
  const certificate = der(0x30, content, ecdsaWithSha256, bits).toString('base64');
  writeFileSync(
    paths.certificate,
    `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  );
  writeFileSync(paths.key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

/** AlgorithmIdentifier. Source: RFC 5758 section 3.2. */
const ecdsaWithSha256 = Buffer.from('300a06082a8648ce3d040302', 'hex');

/** A self-signed TBSCertificate, valid through all of UTCTime. Source: RFC 5280 section 4.1. */
function contentOf(name: string, publicKey: Buffer): Buffer {
  const commonName = Buffer.from('0603550403', 'hex');
  const names = der(0x30, der(0x31, der(0x30, commonName, der(0x0c, Buffer.from(name)))));
  const validity = der(0x30, utcTime('500101000000Z'), utcTime('491231235959Z'));
  return der(0x30, der(0x02, Buffer.from([1])), ecdsaWithSha256, names, validity, names, publicKey);
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

/** Tag, length, content. Source: X.690 section 8.1. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const lengthBytes = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}
