import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { makeTestFolder } from '../support/test-folder.ts';
import { sendAll } from '../support/send-mail.ts';

const isCi = process.env['CI'] === 'true';

/** Reason to skip a test of a client, false where it is on the PATH. In CI, what is missing is a failure, not a reason. */
export function clientSkip(program: string): string | false {
  const isThere = spawnSync(program, ['--version']).status === 0;
  return isThere || isCi ? false : `no ${program} on the PATH`;
}

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A daemon with a series that somebody sent by git, and a maintainer with the tree that it is for. */
export interface ClientScene {
  /** "http://127.0.0.1:41234" */
  readonly site: string;
  readonly token: string;
  /** Home of all programs, with their temporary files. */
  readonly home: string;
  /** The maintainer's clone, at the commit that the series is for. */
  readonly clone: string;
  /** Of the sender's last commit: what applying the series must give. */
  readonly sentTrees: readonly string[];
  /** Where the files are that the sender sent. */
  readonly sentFolder: string;
  /** Runs a program in the maintainer's clone; fails unless it ends with `code`. */
  run(program: string, args: readonly string[], code?: number): Promise<string>;
  ask(path: string): Promise<ReturnType<typeof JSON.parse>>;
}

const identity = {
  GIT_AUTHOR_NAME: 'Zoë Brook',
  GIT_AUTHOR_EMAIL: 'zoe@brook.example',
  GIT_AUTHOR_DATE: '2026-03-02T09:00:00Z',
  GIT_COMMITTER_NAME: 'Zoë Brook',
  GIT_COMMITTER_EMAIL: 'zoe@brook.example',
  GIT_COMMITTER_DATE: '2026-03-02T09:00:00Z',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** Opens the scene: three patches and a cover letter, with text that is hard to carry. */
export async function openClientScene(context: TestContext): Promise<ClientScene> {
  const scene = await openScene(context);
  const home = await makeTestFolder();
  context.after(() => rm(home, { recursive: true, force: true }));
  const work = join(home, 'sender');
  const clone = join(home, 'maintainer');
  const sentFolder = join(home, 'sent');
  const runIn = async (folder: string, program: string, args: readonly string[]): Promise<Ended> =>
    runProgram(program, args, folder, home);
  await mkdir(work);
  const sentTrees = await commitSeries(runIn, work, clone, sentFolder);
  const daemon = await scene.serve();
  const names = (await readdir(sentFolder)).toSorted();
  const mails = await Promise.all(names.map((name) => sentMail(join(sentFolder, name))));
  await sendAll(daemon.smtpAddress, mails);
  await untilIndexed(await scene.database(), mails.length);
  const token = await addMaintainerBy((args) => scene.run(args));
  const site = `http://${daemon.httpAddress}`;
  return {
    site,
    token,
    home,
    clone,
    sentTrees,
    sentFolder,
    async run(program, args, code = 0) {
      const ended = await runIn(clone, program, args);
      assert.equal(
        ended.code,
        code,
        `${program} ${args.join(' ')}: ${ended.stdout}${ended.stderr}`,
      );
      return ended.stdout;
    },
    ask: async (path) => (await fetch(`${site}${path}`)).json(),
  };
}

async function addMaintainerBy(
  run: (args: readonly string[]) => Promise<{ readonly code: number | null; stdout: string }>,
): Promise<string> {
  await run(['user', 'add', 'mo', '--email', 'mo@brook.example']);
  await run(['user', 'maintain', 'mo', 'brook']);
  return (await run(['user', 'token', 'mo'])).stdout.trim();
}

/** Text of a file in each commit: what mail, mboxes and diffs trip over. */
const versions = [
  'first\nlast\n',
  'first\nFrom the second line\n>From a quote\n\nend of line: \t \nlast\n',
  'first\nFrom the second line\n---\n-- \n.\n..\nköpfe, 水, 🐟\nlast, without line end',
  'first\nFrom the second line\n--- a/b\n+++ b/b\n@@ -1 +1 @@\nköpfe, 水, 🐟\nlast\n',
];

type RunIn = (folder: string, program: string, args: readonly string[]) => Promise<Ended>;

/** Commits the versions, sends what came after the first, and clones that; trees of those sent. */
async function commitSeries(
  runIn: RunIn,
  work: string,
  clone: string,
  sentFolder: string,
): Promise<string[]> {
  const git = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runIn(work, 'git', args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch=main');
  const trees: string[] = [];
  for (const [index, text] of versions.entries()) {
    await writeFile(join(work, 'gauge ä.txt'), text);
    await git('add', '.');
    const message = `gauge: step ${index}\n\nFrom now on it is ${index}, für alle.\n\n${trailer}`;
    await git('commit', '--quiet', '--message', message);
    if (index === 0) await git('tag', 'base');
    else trees.push(await git('rev-parse', 'HEAD^{tree}'));
  }
  const folder = ['--output-directory', sentFolder, '--thread=shallow', '--cover-letter'];
  await git('format-patch', '--quiet', '-v2', ...folder, 'base');
  await git('clone', '--quiet', '--no-local', '--branch', 'base', work, clone);
  return trees;
}

const trailer = 'Signed-off-by: Zoë Brook <zoe@brook.example>';

/** A file of format-patch as a mailing list passes it on. */
async function sentMail(path: string): Promise<Buffer> {
  const text = await readFile(path, 'utf8');
  const mail = text
    .slice(text.indexOf('\n') + 1)
    .replace('*** SUBJECT HERE ***', 'gauge: three steps');
  return Buffer.from(`List-Id: <brook.lists.example>\nTo: brook@lists.example\n${mail}`);
}

async function runProgram(
  program: string,
  args: readonly string[],
  folder: string,
  home: string,
): Promise<Ended> {
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: home, TMPDIR: home, LC_ALL: 'C.UTF-8', ...identity };
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
