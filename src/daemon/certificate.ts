import { ConfigError } from '../config.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { TlsCertificate, TlsCertificateError } from '../smtp/tls-certificate.ts';
import type { Stops } from './stops.ts';

/** The configured certificate, read again on SIGHUP until the listeners stop; null without one. */
export async function loadCertificate(
  config: Config,
  log: Log,
  stops: Stops,
): Promise<TlsCertificate | null> {
  if (config.smtpTls === null) return null;
  try {
    const certificate = await TlsCertificate.load(config.smtpTls);
    const reload = (): void => {
      certificate.reload().then(
        () => log.info('TLS certificate read again'),
        (error) => log.error({ err: error }, 'the TLS certificate stays as it was'),
      );
    };
    process.on('SIGHUP', reload);
    stops.push(async () => void process.off('SIGHUP', reload));
    return certificate;
  } catch (error) {
    if (!(error instanceof TlsCertificateError)) throw error;
    throw new ConfigError(`SMTP_TLS_CERT, SMTP_TLS_KEY: ${error.message}`, { cause: error.cause });
  }
}
