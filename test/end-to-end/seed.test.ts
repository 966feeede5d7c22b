import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { packageRoot } from '../../src/package-root.ts';
import type { Database } from '../../src/store/database.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { sendAll } from '../support/send-mail.ts';

const seed = join(packageRoot, '..', 'shared', 'seed');
const mbox = join(seed, 'thread.mbox');
const skip = existsSync(mbox) ? false : `no seed at ${seed}`;

const patchMessageId = '<1504081950-2528-9-git-send-email-peterx@redhat.com>';

async function seedMessages(): Promise<Buffer[]> {
  const raws: Buffer[] = [];
  for await (const { raw } of readMbox(mbox, { maxMessageBytes: 1_000_000 })) {
    if (raw !== null) raws.push(raw);
  }
  return raws;
}

/** Sends the seed to a daemon over one of its ways in; what `export` prints of it. */
async function exportAfterSending(context: TestContext, hello: 'EHLO' | 'LHLO'): Promise<string> {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const address = hello === 'EHLO' ? daemon.smtpAddress : daemon.lmtpAddress;
  const replies = await sendAll(address, await seedMessages(), hello);
  assert.deepEqual(replies, ['250 2.0.0 stored', '250 2.0.0 stored']);
  const database = await scene.database();
  await untilIndexed(database, 2);
  if (hello === 'EHLO') await assertAnswerOfPatchwork(database);
  if (hello === 'EHLO') await assertDocumentOfPatchwork(database);
  const exported = await scene.exported();
  await daemon.stop();
  return exported;
}

async function exportAfterDelivering(context: TestContext): Promise<string> {
  const scene = await openScene(context);
  for (const input of await seedMessages()) {
    const { code, stderr } = await scene.run(['deliver'], { input });
    assert.equal(code, 0, stderr);
  }
  return scene.exported();
}

async function exportAfterReplay(context: TestContext): Promise<string> {
  const scene = await openScene(context);
  const { code, stdout, stderr } = await scene.run(['replay', mbox]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^replayed 2, stored 2, duplicate 0, dead 0 in /);
  return scene.exported();
}

/** Compares the stored patch with a real answer of Patchwork's API. */
async function assertAnswerOfPatchwork(database: Database): Promise<void> {
  const answer = JSON.parse(await readFile(join(seed, 'patch-807493.json'), 'utf8'));
  const { rows } = await database.query(
    `SELECT p.*, s.name AS series_name FROM api.patch p JOIN api.series s ON s.id = p.series_id
     WHERE p.message_id = $1`,
    [patchMessageId],
  );
  const [patch] = rows;
  assert.equal(patch.name, answer.name);
  assert.equal(patch.hash, answer.hash);
  assert.equal(patch.content, answer.content);
  assert.equal(patch.diff, answer.diff);
  assert.deepEqual(patch.prefixes, answer.prefixes);
  assert.equal(patch.date, `${answer.date}Z`);
  assert.equal(patch.submitter_name, answer.submitter.name);
  assert.equal(patch.submitter_email, answer.submitter.email);
  assert.equal(patch.series_name, answer.series[0].name);
  assert.deepEqual(asObject(patch.headers), answer.headers);
  assert.deepEqual(
    Object.keys(asObject(patch.headers)),
    Object.keys(answer.headers),
    'in the order of first occurrence',
  );
}

/** Compares the patch's document with the same answer: all of it but ids, and what the URLs of that request carry. */
async function assertDocumentOfPatchwork(database: Database): Promise<void> {
  const answer = JSON.parse(await readFile(join(seed, 'patch-807493.json'), 'utf8'));
  await database.query(`UPDATE patchloom.mailing_list SET name = 'QEMU Development'`);
  const client = await database.connect();
  try {
    await client.query(`SET ROLE patchloom_reader`);
    await client.query(`SET patchloom.public_url = 'http://patchwork.ozlabs.org'`);
    const { rows } = await client.query(
      `SELECT d.doc FROM api.patch p JOIN api.patch_v1_3 d ON d.id = p.public_id
       WHERE p.message_id = $1`,
      [patchMessageId],
    );
    assert.equal(withoutIds(rows[0].doc), withoutIds(answer));
  } finally {
    client.release(true);
  }
}

/** A document as text, with N for each id and each number in a URL. */
function withoutIds(document: unknown): string {
  return JSON.stringify(document, null, 1)
    .replaceAll(/"id": [0-9]+/g, '"id": N')
    .replaceAll(/(?<="http:\/\/patchwork\.ozlabs\.org\/.*[/=])[0-9]+(?=[/"])/g, 'N')
    .replaceAll('/api/1.3/', '/api/')
    .replaceAll('?format=api"', '"');
}

/** [["A", "1"], ["B", "2"], ["A", "3"]] -> { A: ["1", "3"], B: "2" }, as Patchwork's API shows headers. */
function asObject(headers: readonly [string, string][]): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(
    [...values].map(([name, all]) => [name, all.length === 1 ? all[0]! : all]),
  );
}

test(
  'a real patch has the facts that Patchwork gave it, and every way in gives the same export',
  { skip },
  async (context) => {
    const [bySmtp, byLmtp, byDeliver, byReplay] = await Promise.all([
      exportAfterSending(context, 'EHLO'),
      exportAfterSending(context, 'LHLO'),
      exportAfterDelivering(context),
      exportAfterReplay(context),
    ]);
    assert.equal(byLmtp, bySmtp);
    assert.equal(byDeliver, bySmtp);
    assert.equal(byReplay, bySmtp);
    const patch = bySmtp
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .find((message) => message.message_id === patchMessageId);
    assert.equal(patch.hash, '29b6822ce2bb647dc303dd4f8757789275ae30df');
    assert.equal(patch.name, '[RFC,v2,08/33] migration: new postcopy-pause state');
    assert.deepEqual([patch.version, patch.number, patch.total], [2, 8, 33]);
    assert.equal(patch.series_name, 'Migration: postcopy failure recovery');
  },
);
