import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

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
  /** "host:port"; null: no HTTP. */
  readonly httpAddress: string | null;
  readonly maxMessageBytes: number;
  /** Worker processes. */
  readonly workerCount: number;
  /** auto: a List-Id that no list has creates the list; known: such mail is kept as unrouted. */
  readonly lists: 'auto' | 'known';
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

/** Reads the settings from `environment`; an empty value counts as absent. Throws ConfigError. */
export function readConfig(environment: Environment): Config {
  const value = (name: string): string | null => environment[name] || null;
  const smtpAddress = listenAddress(value('SMTP_ADDRESS') ?? '127.0.0.1:2525');
  const lmtpAddress = listenAddress(value('LMTP_ADDRESS') ?? '127.0.0.1:2424');
  const httpAddress = listenAddress(value('HTTP_ADDRESS') ?? '127.0.0.1:8000');
  return {
    databaseUrl: value('DATABASE_URL'),
    redisUrl: value('REDIS_URL'),
    dataFolder: resolve(value('PATCHLOOM_DATA') ?? '.patchloom'),
    smtpAddress,
    lmtpAddress,
    httpAddress,
    maxMessageBytes: count(value('MAX_MESSAGE_BYTES'), 'MAX_MESSAGE_BYTES', 25 * 1024 * 1024),
    workerCount: count(value('WORKERS'), 'WORKERS', availableParallelism()),
    lists: listPolicy(value('LISTS'), [smtpAddress, lmtpAddress, httpAddress]),
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

function listenAddress(value: string): string | null {
  return value === 'off' ? null : value;
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

/** Whether only this machine can reach a listener: loopback or a unix socket. */
function isLocal(address: string | null): boolean {
  if (address === null || address.startsWith('/')) return true;
  const host = address.slice(0, address.lastIndexOf(':'));
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
