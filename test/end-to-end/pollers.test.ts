import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { abandonEveryFifthCommit, commitCount } from '../support/abandoned-commits.ts';
import { pollEvents, pollFeed, pollPatches } from '../support/api-pollers.ts';
import type { Seen } from '../support/api-pollers.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import { sendBurst } from '../support/send-mail.ts';
import { storedEvents } from '../support/stored-events.ts';

const seed = runSeed();
const random = seededRandom(seed);
const seriesCount = 40;
const total = 3;
/** Mail that comes at once shares commits: this much at a time, and pauses, so that there are many. */
const burstSize = 5;
const pauseMs = 50;

interface Posting {
  readonly name: string;
  readonly patchNames: readonly string[];
  readonly mails: readonly Buffer[];
}

/** A cover letter, three patches and a comment on one of them. */
function posting(place: number): Posting {
  const name = `gauge ${place}: read the depth`;
  const numbers = Array.from({ length: total }, (_, index) => index + 1);
  const mails = numbers.map((number) =>
    sampleMail({
      id: `${place}-${number}`,
      subject: `[PATCH ${number}/${total}] gauge ${place}: step ${number}`,
      references: [`${place}-0`],
      minute: place,
      body: patchText(`p${place}_${number}`),
    }),
  );
  const cover = { id: `${place}-0`, subject: `[PATCH 0/${total}] ${name}`, minute: place };
  const reply = { id: `${place}-r`, subject: 'Re: step 1', references: [`${place}-1`] };
  return {
    name,
    patchNames: numbers.map((number) => `[${number}/${total}] gauge ${place}: step ${number}`),
    mails: [sampleMail(cover), ...mails, sampleMail({ ...reply, minute: place + 9 })],
  };
}

test(`pollers see every series once, and whole, while four write and a fifth of their commits fail (PATCHLOOM_SEED=${seed})`, async (context) => {
  const scene = await openScene(context, { WORKERS: '4' });
  const daemon = await scene.serve();
  const database = await scene.database();
  await abandonEveryFifthCommit(database);
  const postings = Array.from({ length: seriesCount }, (_, place) => posting(place));
  const mails = random.shuffled(postings.flatMap((one) => one.mails));
  // The first message makes the project, without which a poller's question names none.
  const first = sampleMail({ id: 'hello', subject: 'hello', minute: 0 });
  await sendBurst(daemon.smtpAddress, [first], 1).ended;
  await untilIndexed(database, 1);

  let isDone = false;
  const site = `http://${daemon.httpAddress}`;
  const polling = Promise.all([
    pollEvents(site, 'brook-devel', () => isDone),
    pollPatches(site, 'brook-devel', () => isDone),
    pollFeed(site, () => isDone),
  ]);
  for (let sent = 0; sent < mails.length; sent += burstSize) {
    await sendBurst(daemon.smtpAddress, mails.slice(sent, sent + burstSize), 4).ended;
    await delay(pauseMs);
  }
  await untilIndexed(database, mails.length + 1, 120_000);
  isDone = true;
  const [byEvents, byPatches, byFeed] = await polling;

  const expected = postings.map((one) => ({ name: one.name, patchNames: one.patchNames }));
  assertSameSeries(byEvents, expected, 'by events');
  assertSameSeries(byPatches, expected, 'by patches');
  assert.deepEqual(
    byFeed,
    (await storedEvents(database)).map(({ seq }) => seq),
  );
  assert.ok((await commitCount(database)) >= 20, 'there were commits to abandon');
  await daemon.stop();
});

/** The same series, each once. A cover letter that comes late gives its series its name: names are not compared. */
function assertSameSeries(seen: Seen, expected: Seen, what: string): void {
  const members = (series: Seen): string[] =>
    series.map(({ patchNames }) => patchNames.join('\n')).toSorted();
  assert.deepEqual(members(seen), members(expected), what);
}
