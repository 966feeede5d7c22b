import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { listenAddress, ListenAddressError } from './smtp/listen-address.ts';
import { logLevels } from './log-level.ts';
import type { LogLevel } from './log-level.ts';
import { loopbackNetworks, peerNetworks, PeerNetworksError } from './smtp/peer-networks.ts';
import type { PeerNetworks } from './smtp/peer-networks.ts';
import type { TlsCertificatePaths } from './smtp/tls-certificate.ts';

/** Settings of one process, read once from the environment. Every field has the unit in its name or is an address. */
export interface Config {
  /** null: the embedded Postgres below `dataFolder`. */
  readonly databaseUrl: string | null;
  /** null: BullMQ's Postgres backend in the same database. */
  readonly redisUrl: string | null;
  /** Absolute path. */
  readonly dataFolder: string;
  /** "host:port" or the path of a unix socket; null: no such listener. */
  readonly smtpAddress: string | null;
  readonly lmtpAddress: string | null;
  /** SMTP that speaks TLS from the first byte. */
  readonly smtpsAddress: string | null;
  /** null: no listener offers TLS. */
  readonly smtpTls: TlsCertificatePaths | null;
  /** Whether mail is taken over TLS only. */
  readonly requiresTls: boolean;
  /** Who may connect to the mail listeners over TCP. */
  readonly smtpPeers: PeerNetworks;
  /** Connections of each mail listener. */
  readonly maxSmtpClients: number;
  /** Connections of one address to all mail listeners. */
  readonly maxSmtpClientsPerPeer: number;
  /** New connections of one address to all mail listeners in a minute. */
  readonly maxSmtpConnectionsPerMinute: number;
  /** "host:port"; null: no HTTP. */
  readonly httpAddress: string | null;
  /** "host:port" of a listener that has /metrics alone; null: no such listener. */
  readonly metricsAddress: string | null;
  /** Whether /metrics is on `httpAddress`: unless METRICS_ADDRESS says otherwise. */
  readonly hasMetricsOverHttp: boolean;
  /** A process that indexes is not ready while a message has waited for longer. */
  readonly maxIndexLagSeconds: number;
  readonly logLevel: LogLevel;
  /** "https://patches.example.org", without a slash at the end; null: as clients call the server. */
  readonly publicUrl: string | null;
  readonly maxMessageBytes: number;
  /** Of all messages that are coming in at once. */
  readonly maxBufferedBytes: number;
  /** Worker processes. */
  readonly workerCount: number;
  /** auto: a List-Id that no list has creates the list; known: such mail is kept as unrouted. */
  readonly lists: 'auto' | 'known';
  /** Who root becomes once the ports are open; null: nobody where a port is below 1024, else root stays. */
  readonly user: string | null;
}

/** The environment says something that cannot be meant; `message` names the variable and what it takes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings from the process's environment. */
export function processConfig(): Config {
  return readConfig(process.env);
}

const mebibyte = 1024 * 1024;

/** Reads the settings from `environment`; an empty value counts as absent. Throws ConfigError. */
export function readConfig(environment: Environment): Config {
  const value = (name: string): string | null => environment[name] || null;
  const number = (name: string, fallback: number): number => count(value(name), name, fallback);
  const addresses = {
    smtpAddress: address(value('SMTP_ADDRESS') ?? '127.0.0.1:2525', 'SMTP_ADDRESS'),
    lmtpAddress: address(value('LMTP_ADDRESS') ?? '127.0.0.1:2424', 'LMTP_ADDRESS'),
    smtpsAddress: address(value('SMTPS_ADDRESS') ?? 'off', 'SMTPS_ADDRESS'),
    httpAddress: address(value('HTTP_ADDRESS') ?? '127.0.0.1:8000', 'HTTP_ADDRESS'),
  };
  const maxMessageBytes = number('MAX_MESSAGE_BYTES', 25 * mebibyte);
  return {
    databaseUrl: value('DATABASE_URL'),
    redisUrl: value('REDIS_URL'),
    dataFolder: resolve(value('PATCHLOOM_DATA') ?? '.patchloom'),
    ...addresses,
    metricsAddress: address(value('METRICS_ADDRESS') ?? 'off', 'METRICS_ADDRESS'),
    hasMetricsOverHttp: value('METRICS_ADDRESS') === null,
    maxIndexLagSeconds: number('MAX_INDEX_LAG_SECONDS', 900),
    logLevel: logLevel(value('LOG_LEVEL')),
    publicUrl: publicUrl(value('PUBLIC_URL')),
    ...tlsSettings(value, addresses.smtpsAddress),
    smtpPeers: peers(value('SMTP_ALLOW') ?? loopbackNetworks),
    maxSmtpClients: number('SMTP_MAX_CLIENTS', 1000),
    maxSmtpClientsPerPeer: number('SMTP_MAX_CLIENTS_PER_PEER', 30),
    maxSmtpConnectionsPerMinute: number('SMTP_MAX_CONNECTIONS_PER_MINUTE', 300),
    maxMessageBytes,
    maxBufferedBytes: bufferedBytes(
      number('MAX_BUFFERED_BYTES', 8 * maxMessageBytes),
      maxMessageBytes,
    ),
    workerCount: number('WORKERS', availableParallelism()),
    lists: listPolicy(value('LISTS'), Object.values(addresses)),
    user: value('PATCHLOOM_USER'),
  };
}

/**
 * Environment of a worker process that this one starts: its own, with the settings that it has resolved,
 * so that the worker uses the same database even where that is embedded.
 */
export function workerEnvironment(config: Config, databaseUrl: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATABASE_URL: databaseUrl,
    PATCHLOOM_DATA: config.dataFolder,
    LISTS: config.lists,
    MAX_MESSAGE_BYTES: String(config.maxMessageBytes),
  };
}

function address(value: string, name: string): string | null {
  if (value === 'off') return null;
  try {
    listenAddress(value);
    return value;
  } catch (error) {
    if (error instanceof ListenAddressError) throw new ConfigError(`${name}: ${error.message}`);
    throw error;
  }
}

function publicUrl(value: string | null): string | null {
  if (value === null) return null;
  const isUrl = /^https?:\/\/[^\s?#"<>]+$/.test(value) && URL.canParse(value);
  if (!isUrl)
    throw new ConfigError(`PUBLIC_URL is "${value}": it takes https://host or https://host/path`);
  return value.replace(/\/$/, '');
}

function logLevel(value: string | null): LogLevel {
  if (value === null) return 'info';
  const level = logLevels.find((known) => known === value);
  if (level === undefined) {
    throw new ConfigError(`LOG_LEVEL is "${value}": it takes ${logLevels.join(', ')}`);
  }
  return level;
}

function peers(value: string): PeerNetworks {
  try {
    return peerNetworks(value);
  } catch (error) {
    if (error instanceof PeerNetworksError) throw new ConfigError(`SMTP_ALLOW: ${error.message}`);
    throw error;
  }
}

function tlsSettings(
  value: (name: string) => string | null,
  smtpsAddress: string | null,
): Pick<Config, 'smtpTls' | 'requiresTls'> {
  const certificate = value('SMTP_TLS_CERT');
  const key = value('SMTP_TLS_KEY');
  const requiresTls = isOn(value('SMTP_REQUIRE_TLS'), 'SMTP_REQUIRE_TLS');
  if (certificate !== null && key !== null) {
    return { smtpTls: { certificate: resolve(certificate), key: resolve(key) }, requiresTls };
  }
  const isHalf = certificate !== null || key !== null;
  if (isHalf || requiresTls || smtpsAddress !== null) {
    throw new ConfigError(
      'TLS needs both SMTP_TLS_CERT and SMTP_TLS_KEY: paths of a certificate and its key, in PEM',
    );
  }
  return { smtpTls: null, requiresTls };
}

function isOn(value: string | null, name: string): boolean {
  if (value === null || value === '0') return false;
  if (value === '1') return true;
  throw new ConfigError(`${name} is "${value}": it takes 1 or 0`);
}

function bufferedBytes(maxBufferedBytes: number, maxMessageBytes: number): number {
  if (maxBufferedBytes >= maxMessageBytes) return maxBufferedBytes;
  throw new ConfigError(
    `MAX_BUFFERED_BYTES is ${maxBufferedBytes}: no message of MAX_MESSAGE_BYTES (${maxMessageBytes}) would fit`,
  );
}

function count(value: string | null, name: string, fallback: number): number {
  if (value === null) return fallback;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new ConfigError(`${name} is "${value}": it takes a whole number from 1`);
  }
  return number;
}

function listPolicy(value: string | null, addresses: readonly (string | null)[]): Config['lists'] {
  if (value === 'auto' || value === 'known') return value;
  if (value !== null) throw new ConfigError(`LISTS is "${value}": it takes auto or known`);
  return addresses.every(isLocal) ? 'auto' : 'known';
}

/** Whether only this machine can reach a listener: loopback, a unix socket, or none. */
export function isLocal(listener: string | null): boolean {
  if (listener === null || listener.startsWith('/')) return true;
  const host = listener.slice(0, listener.lastIndexOf(':'));
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
