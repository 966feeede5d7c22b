import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from './free-port.ts';
import { lastResort } from './last-resort.ts';
import { makeTestFolder } from './test-folder.ts';
import { until } from './until.ts';

const isCi = process.env['CI'] === 'true';

/** Reason to skip a test that needs Postfix, false where it can run. In CI, what is missing is a failure, not a reason. */
export const postfixSkip = isCi ? false : (missing() ?? false);

function missing(): string | null {
  if (process.getuid?.() !== 0) return 'Postfix starts as root only';
  return spawnSync('postconf', ['-dh', 'mail_version']).status === 0
    ? null
    : 'Postfix is not installed';
}

/** A Postfix of the test's own: configuration, queue and ports are apart from the system's. Stopped when the test ends. */
export interface PostfixServer {
  /** Where it takes mail, from this machine and for any recipient in `relay_domains`. */
  readonly smtpAddress: string;
  /** What it logged so far. */
  log(): Promise<string>;
  /** Messages in its queue. */
  queueLength(): number;
}

/** `files` are added to the configuration: "main.cf" and "master.cf" at the end, others as they are. */
export async function startPostfix(
  context: TestContext,
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<PostfixServer> {
  const port = await freePort();
  const configFolder = join(folder, 'postfix');
  await mkdir(configFolder);
  await makeOwnFolder(join(folder, 'data'), idOf('-u', 'postfix'));
  await mkdir(join(folder, 'queue'));
  const base: Readonly<Record<string, string>> = {
    'main.cf': mainSettings(folder),
    'master.cf': masterServices(port),
  };
  for (const name of new Set([...Object.keys(base), ...files.keys()])) {
    await writeFile(join(configFolder, name), `${base[name] ?? ''}${files.get(name) ?? ''}`);
  }
  await run(context, folder, configFolder);
  return {
    smtpAddress: `127.0.0.1:${port}`,
    log: async () => logOf(folder),
    queueLength: () => countQueued(configFolder),
  };
}

/** A folder for startPostfix, which Postfix's own user may enter. */
export async function makePostfixFolder(context: TestContext): Promise<string> {
  const folder = await makeTestFolder();
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function makeOwnFolder(path: string, uid: number): Promise<void> {
  await mkdir(path);
  await chown(path, uid, -1);
}

/** The id of a system user or group: ("-u", "postfix") -> 103. */
export function idOf(flag: '-u' | '-g', user: string): number {
  const { stdout, status } = spawnSync('id', [flag, user], { encoding: 'utf8' });
  assert.equal(status, 0, `there is a user ${user}`);
  return Number(stdout);
}

/** Only what keeps it apart from the system's Postfix, and short waits. */
function mainSettings(folder: string): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
myhostname = mta.example
mydestination =
local_recipient_maps =
relay_domains = lists.example
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
alias_maps =
alias_database =
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
transport_retry_time = 1s
`;
}

function masterServices(port: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;
}

/** Resolves when Postfix says that it runs. */
async function run(context: TestContext, folder: string, configFolder: string): Promise<void> {
  const child = spawn('postfix', ['-c', configFolder, 'start-fg'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  // SIGTERM makes the master end its children.
  const settle = lastResort(() => child.kill('SIGTERM'));
  const ended = once(child, 'exit');
  context.after(async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await ended;
    settle();
  });
  await until('Postfix runs', async () => {
    const log = await logOf(folder);
    assert.equal(child.exitCode, null, `${stderr}${log}`);
    return log.includes('daemon started');
  });
}

async function logOf(folder: string): Promise<string> {
  return readFile(join(folder, 'log'), 'utf8').catch(() => '');
}

function countQueued(configFolder: string): number {
  const { stdout, stderr, status } = spawnSync('postqueue', ['-c', configFolder, '-j'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(status, 0, stderr);
  return stdout.split('\n').filter((line) => line !== '').length;
}
