import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { type Config, ConfigError } from './config.ts';
import { listenAddress } from './smtp/listen-address.ts';
import { parsePasswd } from './store/embedded/server-user.ts';
import type { PasswdEntry } from './store/embedded/server-user.ts';

/** Ports below are root's. Source: ip(7), ip_unprivileged_port_start. */
const firstOpenPort = 1024;

/**
 * The user that this process is to become once its ports are open: null unless it runs as root and a port is below 1024
 * or PATCHLOOM_USER is set. Throws ConfigError when there is no such user, or when it could not go on with the embedded
 * Postgres: that is restarted by who owns the data folder.
 */
export async function chooseProcessUser(config: Config): Promise<PasswdEntry | null> {
  if (process.getuid?.() !== 0) return null;
  if (config.user === null && !hasRootPort(config)) return null;
  const name = config.user ?? 'nobody';
  const user = parsePasswd(await readFile('/etc/passwd', 'utf8')).find((one) => one.name === name);
  if (user === undefined || user.uid === 0) {
    throw new ConfigError(`PATCHLOOM_USER: "${name}" is no user that root could become`);
  }
  if (config.databaseUrl === null) await requireOwnFolder(config.dataFolder, user);
  return user;
}

/**
 * Gives root up for good, in all threads, and leaves the working folder, which `user` may be unable to enter. Throws
 * ConfigError when `user` cannot read `programFile` or run node: then it could not start worker processes.
 */
export async function becomeUser(user: PasswdEntry, programFile: string): Promise<void> {
  process.chdir('/');
  process.setgroups?.([]);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
  try {
    await access(process.execPath, constants.X_OK);
    await access(programFile, constants.R_OK);
  } catch (cause) {
    throw new ConfigError(
      `${user.name} cannot run Patchloom: install it and node where all users can read them, or set PATCHLOOM_USER`,
      { cause },
    );
  }
}

function hasRootPort(config: Config): boolean {
  const { smtpAddress, smtpsAddress, lmtpAddress, httpAddress } = config;
  return [smtpAddress, smtpsAddress, lmtpAddress, httpAddress].some((text) => {
    const address = text === null ? null : listenAddress(text);
    return address?.kind === 'tcp' && address.port > 0 && address.port < firstOpenPort;
  });
}

async function requireOwnFolder(dataFolder: string, user: PasswdEntry): Promise<void> {
  const owner = await stat(dataFolder).then(
    (found) => found.uid,
    () => null,
  );
  if (owner === user.uid) return;
  throw new ConfigError(
    `Patchloom gives root up for ${user.name}, who must own the embedded database: run "install -d -o ${user.name} ${dataFolder}", set DATABASE_URL, or use ports from ${firstOpenPort}`,
  );
}
