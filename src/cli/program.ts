import { Command, InvalidArgumentError } from 'commander';
import type { DaemonPart } from '../daemon.ts';
import { sinceMoment, untilMoment } from './date-option.ts';
import { addUserCommands } from './user-commands.ts';
import { whenRun } from './when-run.ts';

const settings = `
Settings come from the environment:
  DATABASE_URL        Postgres; without it an embedded one below PATCHLOOM_DATA
  REDIS_URL           Redis for the queue; without it the queue is in Postgres too
  PATCHLOOM_DATA      data folder (.patchloom)
  PATCHLOOM_USER      user that root becomes once the ports are open (nobody, with a port below 1024)
  HTTP_ADDRESS        host:port (127.0.0.1:8000) or off
  METRICS_ADDRESS     host:port that has /metrics, /healthz and /readyz alone, or off; without it they are on HTTP_ADDRESS
  MAX_INDEX_LAG_SECONDS  /readyz fails while a message has waited longer to be indexed (900)
  LOG_LEVEL           debug, info, warn or error (info)
  MAX_MESSAGE_BYTES   size limit of a message (26214400)
  MAX_BUFFERED_BYTES  limit of all messages that are coming in at once (8 times MAX_MESSAGE_BYTES)
  WORKERS             indexing processes (one for each core)
  LISTS               auto: mail makes its list; known: only lists that were added, and only their addresses

Settings of the mail listeners (docs/security.md):
  SMTP_ADDRESS        host:port (127.0.0.1:2525) or off
  SMTPS_ADDRESS       host:port of SMTP with TLS from the first byte (off)
  LMTP_ADDRESS        host:port (127.0.0.1:2424), path of a unix socket, or off
  SMTP_ALLOW          networks of peers that may connect over TCP (127.0.0.0/8,::1)
  SMTP_TLS_CERT       certificate, with its chain, in PEM; read again on SIGHUP
  SMTP_TLS_KEY        its key in PEM; without both, TLS is not offered
  SMTP_REQUIRE_TLS    1: mail only over TLS, but from this machine over LMTP
  SMTP_MAX_CLIENTS    connections of a listener (1000)
  SMTP_MAX_CLIENTS_PER_PEER        connections of one address (30); loopback has no such limit
  SMTP_MAX_CONNECTIONS_PER_MINUTE  new connections of one address in a minute (300)`;

/** List-Ids are compared without regard to case (RFC 2919, section 6): they are kept in lower case. */
const lowerCase = (text: string): string => text.toLowerCase();

const listIdOption = ['--list-id <id>', 'List-Id, whatever the headers say', lowerCase] as const;

/** All commands with their help. */
export function buildProgram(): Command {
  const program = new Command('patchloom')
    .description('Turns a patch mailing list into a database.')
    .addHelpText('after', settings)
    .exitOverride();
  addDaemonCommands(program);
  addIntakeCommands(program);
  addReadingCommands(program);
  addUpkeepCommands(program);
  addListCommands(program);
  addUserCommands(program);
  addDeadLetterCommands(program);
  addOverrideCommands(program);
  addWebhookCommands(program);
  return program;
}

function addDaemonCommands(program: Command): void {
  program
    .command('serve')
    .description('listeners, workers and HTTP until SIGTERM; prints one line when ready')
    .action(async () => serveParts('smtp', 'worker', 'http'));
  program
    .command('smtp')
    .description('the SMTP and LMTP listeners alone')
    .action(async () => serveParts('smtp'));
  program
    .command('worker')
    .description('the workers alone')
    .action(async () => serveParts('worker'));
  program
    .command('api')
    .description('HTTP alone')
    .action(async () => serveParts('http'));
}

async function serveParts(...parts: readonly DaemonPart[]): Promise<void> {
  const { serve } = await import('./serve.ts');
  await serve(parts);
}

function addIntakeCommands(program: Command): void {
  program
    .command('deliver')
    .description('take the message on standard input; exit 0 stored, 75 try again, 67 unknown list')
    .option(...listIdOption)
    .action(whenRun(async () => (await import('./deliver.ts')).deliver));
  addReplayCommand(program);
  program
    .command('import-patchwork')
    .description(
      'take over a Patchwork site with its ids: people, states, checks, bundles (docs/import.md); exit 65 when it cannot be read',
    )
    .argument('<source>', 'folder of answers of its REST API, or dump of its database by pg_dump')
    .action(whenRun(async () => (await import('./import-patchwork.ts')).importPatchwork));
  program
    .command('demo')
    .description('a sample list over SMTP into a fresh embedded database')
    .option('--once', 'stop after showing it')
    .action(whenRun(async () => (await import('./demo.ts')).demo));
}

function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description(
      'read archives and index them: mbox (plain, .gz, .bz2, .xz, .zst), Maildir, public-inbox git, folders of these, - for standard input; goes on where an earlier replay came to',
    )
    .argument('<source...>', 'archive')
    .option(...listIdOption)
    .option('--since <date>', 'only messages dated so or later: 2024-01-31', sinceMoment)
    .option('--until <date>', 'only messages dated so or before', untilMoment)
    .option('--limit <n>', 'only the first n messages', wholeNumber)
    .option('--from-start', 'read again what earlier replays read')
    .option('--dry-run', 'read and count only')
    .option('--json', 'progress and summary as JSON Lines')
    .option('--max-ratio <n>', 'unpacked bytes for each packed one (100)', wholeNumber)
    .option('--max-unpacked-bytes <n>', 'size of a file when unpacked (256 GiB)', wholeNumber)
    .action(whenRun(async () => (await import('./replay.ts')).replay));
}

function addReadingCommands(program: Command): void {
  program
    .command('export')
    .description('every message with its thread and series, as JSON Lines')
    .option('--list-id <id>', 'only this list', lowerCase)
    .action(whenRun(async () => (await import('./export.ts')).exportLines));
  program
    .command('explain')
    .description('what is known of a message, and which rules said so')
    .argument('<message-id>', 'with or without angle brackets')
    .action(whenRun(async () => (await import('./explain.ts')).explain));
  program
    .command('revisions')
    .description('every series with the one that it is a new version of, as JSON Lines')
    .option('--list-id <id>', 'only this list', lowerCase)
    .option('--range-diff <key>', 'what changed in this series since its predecessor, as text')
    .action(whenRun(async () => (await import('./revisions.ts')).revisions));
  program
    .command('raw')
    .description('the bytes of a message exactly as they were received')
    .argument('<message-id or sha256>', 'with or without angle brackets; or 64 hex digits')
    .action(whenRun(async () => (await import('./raw.ts')).printRaw));
  program
    .command('status')
    .description('what came in, what waits, what is stuck')
    .option('--json', 'as one JSON object')
    .option('--watch', 'again every 2 s, with the rate of indexing')
    .action(whenRun(async () => (await import('./status.ts')).status));
}

function addUpkeepCommands(program: Command): void {
  program
    .command('doctor')
    .description(
      'look at all that Patchloom rests on, and say what to do; exit 1 when something fails',
    )
    .option('--json', 'as a JSON array')
    .action(whenRun(async () => (await import('./doctor.ts')).doctor));
  program
    .command('reindex')
    .description('derive everything anew from the raw bytes and print what changed, as JSON Lines')
    .option('--dry-run', 'print what would change, and change nothing')
    .option('--list-id <id>', 'only this list', lowerCase)
    .action(whenRun(async () => (await import('./reindex.ts')).reindex));
  program
    .command('migrate')
    .description('bring the database to the schema of this build')
    .action(whenRun(async () => (await import('./migrate.ts')).migrateDatabase));
  program
    .command('backup')
    .description('all that the database holds, as of now, into one file; mail may go on coming in')
    .argument('<file>', 'gzipped; - for standard output')
    .action(whenRun(async () => (await import('./backup.ts')).backUp));
  program
    .command('restore')
    .description('fill an empty database from a backup')
    .argument('<file>', 'as backup wrote it; - for standard input')
    .action(whenRun(async () => (await import('./backup.ts')).restore));
}

function addListCommands(program: Command): void {
  const list = program.command('list').description('mailing lists');
  list
    .command('add')
    .description('index mail of a list')
    .argument('<list-id>', 'List-Id without angle brackets', lowerCase)
    .action(whenRun(async () => (await import('./list.ts')).addList));
  list
    .command('ls')
    .description('all lists')
    .action(whenRun(async () => (await import('./list.ts')).printLists));
  list
    .command('set')
    .description('change what is shown of a list')
    .argument('<list>', 'List-Id or link name')
    .option('--name <text>', 'for people to read')
    .option(
      '--link-name <name>',
      'in URLs, unique: letters, digits and _ . -, not digits alone',
      linkName,
    )
    .option('--list-email <address>', 'where mail for the list is sent')
    .option('--web-url <url>', 'home page')
    .option('--scm-url <url>', 'repository to clone')
    .option('--webscm-url <url>', 'repository to look at')
    .option('--list-archive-url <url>', 'archive of the list')
    .option('--list-archive-url-format <url>', 'a message in it: https://lore.kernel.org/ltp/{}')
    .option('--commit-url-format <url>', 'a commit: https://git.example/commit/{}')
    .option('--subject-match <text>', "Patchwork's setting of that name, shown and not used")
    .option('--show-dependencies', 'the API shows what series depend on')
    .option('--no-show-dependencies', 'it does not')
    .action(whenRun(async () => (await import('./list.ts')).setList));
  list
    .command('unrouted')
    .description('how many messages no list takes')
    .action(whenRun(async () => (await import('./list.ts')).printUnrouted));
}

function addDeadLetterCommands(program: Command): void {
  const dead = program.command('dead').description('messages that could not be indexed');
  dead
    .command('ls')
    .description('all of them, the oldest first')
    .action(whenRun(async () => (await import('./dead.ts')).printDeadLetters));
  dead
    .command('show')
    .description('what is known of one')
    .argument('<delivery>', 'as ls prints it', wholeNumber)
    .action(whenRun(async () => (await import('./dead.ts')).printDeadLetter));
  dead
    .command('retry')
    .description('index them again')
    .argument('[delivery...]', 'as ls prints them', wholeNumbers)
    .option('--all', 'all that ls prints')
    .action(whenRun(async () => (await import('./dead.ts')).retryDeadLetters));
  dead
    .command('drop')
    .description('give them up; their bytes are kept')
    .argument('<delivery...>', 'as ls prints them', wholeNumbers)
    .action(whenRun(async () => (await import('./dead.ts')).dropLetters));
}

function addOverrideCommands(program: Command): void {
  const override = program
    .command('override')
    .description('say something against the rules; it survives a reindex');
  override
    .command('merge')
    .description('a message belongs to the series of another')
    .argument('<message-id>', 'patch or cover', bracketed)
    .argument('<other-message-id>', 'a message of the series', bracketed)
    .action(whenRun(async () => (await import('./override.ts')).mergeSeries));
  override
    .command('split')
    .description('a message is a series of its own')
    .argument('<message-id>', 'patch or cover', bracketed)
    .action(whenRun(async () => (await import('./override.ts')).splitSeries));
  override
    .command('unlink')
    .description('what a message refers to does not count')
    .argument('<message-id>', 'any message', bracketed)
    .action(whenRun(async () => (await import('./override.ts')).unlinkMessage));
  override
    .command('move')
    .description('a message belongs to another list')
    .argument('<message-id>', 'any message', bracketed)
    .argument('<list-id>', 'List-Id without angle brackets', lowerCase)
    .action(whenRun(async () => (await import('./override.ts')).moveMessage));
  override
    .command('ls')
    .description('all that was said')
    .action(whenRun(async () => (await import('./override.ts')).printOverrides));
  override
    .command('rm')
    .description('take an override back')
    .argument('<id>', 'as ls prints it', wholeNumber)
    .action(whenRun(async () => (await import('./override.ts')).removeOverride));
}

function addWebhookCommands(program: Command): void {
  program
    .command('webhooks')
    .description('send events to the webhooks until SIGTERM')
    .action(whenRun(async () => (await import('./webhooks.ts')).webhooks));
  const webhook = program.command('webhook').description('receivers of events');
  webhook
    .command('add')
    .description('post what happens from now on to a URL (docs/events.md)')
    .argument('<url>', 'http or https')
    .requiredOption('--secret-file <path>', 'what requests are signed with, 16 bytes or more')
    .option('--category <name...>', 'only events of these categories')
    .option('--list <list-id...>', 'only events of these lists')
    .option('--allow-private', 'it may be on this machine or in a private network')
    .action(whenRun(async () => (await import('./webhook.ts')).addReceiver));
  webhook
    .command('ls')
    .description('all of them, with how far they are')
    .action(whenRun(async () => (await import('./webhook.ts')).printReceivers));
  webhook
    .command('rm')
    .description('send it nothing more')
    .argument('<id>', 'as ls prints it', wholeNumber)
    .action(whenRun(async () => (await import('./webhook.ts')).removeReceiver));
  webhook
    .command('retry')
    .description('try it again at once, also a dead one, from where it stopped')
    .argument('<id>', 'as ls prints it', wholeNumber)
    .action(whenRun(async () => (await import('./webhook.ts')).retryReceiver));
}

/** A number would be taken for an id in URLs. */
function linkName(text: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(text) && /[^0-9]/.test(text)) return text;
  throw new InvalidArgumentError('letters, digits and _ . - are needed, and not digits alone');
}

function bracketed(messageId: string): string {
  return messageId.startsWith('<') ? messageId : `<${messageId}>`;
}

/** Commander calls this for each argument, with what it returned for those before. */
function wholeNumbers(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, wholeNumber(text)];
}

function wholeNumber(text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}
