import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';
import { mutatedMail, mutationSeeds } from '../support/mutated-mail.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';

const mutatedCount = 300;

/** What parsing a message tried beyond reading our own code. */
type Tried = (text: string) => Promise<readonly string[]>;

/** Starts a process that may read the folder of the package only, by Node's permission model, and watches what it tries. */
function watchedParser(context: TestContext): Tried {
  const folders = [packageRoot, realpathSync(join(packageRoot, 'node_modules'))];
  const script = join(packageRoot, 'dist', 'test', 'fault', 'parse-under-watch.js');
  const execArgv = [
    '--experimental-permission',
    '--no-warnings',
    ...folders.map((folder) => `--allow-fs-read=${folder}/*`),
  ];
  const child = fork(script, { execArgv });
  context.after(() => child.kill('SIGKILL'));
  return async (text) => {
    child.send(text);
    const [tried] = (await once(child, 'message')) as [string[]];
    return tried;
  };
}

const html =
  '<html><img src="http://127.0.0.1:9/a.png"><link rel="stylesheet" href="file:///etc/passwd"><iframe src="//127.0.0.1:9/">x</iframe></html>';

/** Messages that name files and hosts in all the ways that a mail reader may follow. */
const messages: Readonly<Record<string, readonly [header: string, body: string]>> = {
  'an external body on this host': [
    'Content-Type: message/external-body; access-type=local-file; name="/etc/passwd"',
    'Content-Type: text/plain\n\n',
  ],
  'an external body elsewhere': [
    'Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:9/x"',
    'Content-Type: text/plain\n\n',
  ],
  'HTML with images': ['Content-Type: text/html', html],
  'HTML in a multipart/related': [
    'Content-Type: multipart/related; boundary=b; start="<1@x>"',
    `--b\nContent-Type: text/html\nContent-Location: http://127.0.0.1:9/\n\n${html}\n--b\nContent-ID: <1@x>\nContent-Type: image/png\n\nx\n--b--\n`,
  ],
  'an attachment named as a path': [
    'Content-Type: multipart/mixed; boundary=b',
    `--b\nContent-Type: text/x-patch; name="../../etc/passwd.patch"\nContent-Disposition: attachment; filename="/etc/shadow.patch"\n\n${patchText('x')}\n--b--\n`,
  ],
  'an attachment by reference': [
    'Content-Type: application/octet-stream; name="file:///etc/passwd"\nContent-Location: file:///etc/passwd\nContent-Base: http://127.0.0.1:9/',
    'x\n',
  ],
  'paths outside of the repository': [
    'Content-Type: text/plain',
    '--- /etc/passwd\n+++ ../../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n',
  ],
  'links and dependencies': [
    'Content-Type: text/plain',
    'Link: http://127.0.0.1:9/1\nDepends-on: http://127.0.0.1:9/patch/2/\nBased-on: file:///etc/passwd\n',
  ],
  'a request to pull': [
    'Content-Type: text/plain',
    'The following changes since commit 1111:\n\nare available in the Git repository at:\n\n  ssh://127.0.0.1:9/-oProxyCommand=id tags/x\n',
  ],
  'winmail.dat, unsubscribe and archives': [
    'Content-Type: application/ms-tnef; name=winmail.dat\nList-Unsubscribe: <http://127.0.0.1:9/u>\nList-Archive: <file:///etc/>\nArchived-At: <http://127.0.0.1:9/>',
    'x\n',
  ],
  'a charset that is a path': [
    'Content-Type: text/plain; charset="../../../../etc/passwd"',
    '\xff\n',
  ],
};

test('nothing that a message names is opened, connected to, looked up or run', async (context) => {
  const tried = watchedParser(context);
  assert.match(String(await tried('try fs /etc/passwd')), /fs\.readFileSync.* restricted$/);
  assert.match(String(await tried('try net 9')), /net\.connect/);
  for (const [name, [header, body]] of Object.entries(messages)) {
    const text = `From: a@b.example\nSubject: [PATCH] ${name}\n${header}\n\n${body}`;
    assert.deepEqual(await tried(text), [], name);
  }
  assert.deepEqual(await tried(sampleMail({ id: 'a', subject: 'x' }).toString('latin1')), []);
  const seed = runSeed();
  const random = seededRandom(seed);
  const seeds = await mutationSeeds(seed);
  for (let count = 0; count < mutatedCount; count += 1) {
    const text = mutatedMail(random, seeds).toString('latin1');
    assert.deepEqual(await tried(text), [], `PATCHLOOM_SEED=${seed}, message ${count}`);
  }
});
