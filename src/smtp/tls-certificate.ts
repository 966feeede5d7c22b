import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';

/** Certificate or key cannot be used; the cause says why. */
export class TlsCertificateError extends Error {
  override readonly name = 'TlsCertificateError';
}

/** Paths of PEM files. */
export interface TlsCertificatePaths {
  /** The certificate, followed by those of the authorities between it and the root. */
  readonly certificate: string;
  readonly key: string;
}

/** The certificate that listeners show, read again when told so. */
export class TlsCertificate {
  /** In the form in which smtp-server keeps it, one for all names: "*". */
  readonly contexts: Map<string, SecureContext>;
  readonly #paths: TlsCertificatePaths;

  private constructor(paths: TlsCertificatePaths, context: SecureContext) {
    this.#paths = paths;
    this.contexts = new Map([['*', context]]);
  }

  /** Throws TlsCertificateError when a file cannot be read, or certificate and key do not belong together. */
  static async load(paths: TlsCertificatePaths): Promise<TlsCertificate> {
    return new TlsCertificate(paths, await readContext(paths));
  }

  /** Connections made after this get what the files hold. Throws TlsCertificateError, and nothing changes. */
  async reload(): Promise<void> {
    this.contexts.set('*', await readContext(this.#paths));
  }
}

async function readContext(paths: TlsCertificatePaths): Promise<SecureContext> {
  try {
    const [cert, key] = await Promise.all([readFile(paths.certificate), readFile(paths.key)]);
    // RFC 8996 forbids older versions.
    return createSecureContext({ cert, key, minVersion: 'TLSv1.2', sessionIdContext: 'patchloom' });
  } catch (cause) {
    const files = `${paths.certificate} and ${paths.key}`;
    throw new TlsCertificateError(`${files} are no usable certificate and key`, { cause });
  }
}
