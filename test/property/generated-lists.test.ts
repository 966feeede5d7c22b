import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place } from '../../src/ingest/place-messages.ts';
import type { MessageFacts } from '../../src/message/message-facts.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';
import { generateBusyDay } from '../support/list-generator/generate-busy-day.ts';
import { generateList } from '../support/list-generator/generate-list.ts';
import { generateThread } from '../support/list-generator/generate-thread.ts';
import type { GeneratedMessage } from '../support/list-generator/generated-message.ts';
import { placedList } from '../support/list-generator/placed-list.ts';
import type { PlaceableFacts } from '../support/list-generator/placed-list.ts';
import { shapes } from '../support/list-generator/shapes.ts';
import { asFarAsTold, toldTruth } from '../support/list-generator/told-truth.ts';
import type { ToldPlace, ToldSeries } from '../support/list-generator/told-truth.ts';
import { seededRandom, runSeed } from '../support/seeded-random.ts';
import { messageIdOf, patchText, sampleMail } from '../support/sample-mail.ts';

const seed = runSeed();
const listCount = Number(process.env['PATCHLOOM_LISTS'] ?? 300);

/** 20 to 60 messages. */
function messagesOfList(number: number): GeneratedMessage[] {
  const messageCount = 20 + seededRandom(seed + number).below(41);
  return [...generateList({ seed: seed + number, messageCount })];
}

function toldPlace(truth: ToldPlace, facts: MessageFacts, place: Place<PlaceableFacts>): ToldPlace {
  return {
    shape: truth.shape,
    messageId: facts.messageId,
    role: facts.role,
    isFirst: place.isFirst,
    parent: place.parent?.messageId ?? null,
    target: place.target?.messageId ?? null,
    series: asFarAsTold(foundSeries(place), truth.series),
  };
}

function foundSeries({ series }: Place<PlaceableFacts>): ToldSeries | null {
  if (series === null) return null;
  const { members, version, total, isComplete, cover } = series;
  return {
    members: members.map(({ submission, number }) => `${number} ${submission.messageId}`),
    version,
    total,
    isComplete,
    cover: cover?.messageId ?? null,
  };
}

async function assertTruth(messages: readonly GeneratedMessage[], name: string): Promise<void> {
  const facts = await Promise.all(messages.map(({ raw }) => parseMessage(raw)));
  const truths = messages.map(({ truth }, at) => toldTruth(truth, facts[at]!.messageId));
  for (const order of [facts, seededRandom(seed).shuffled(facts)]) {
    const placeOf = placedList(order);
    for (const [at, one] of facts.entries()) {
      const place = toldPlace(truths[at]!, one, placeOf.get(one)!);
      assert.deepEqual(place, truths[at], `${name} of PATCHLOOM_SEED=${seed}, message ${at}`);
    }
  }
}

test(`the truth of a list is found, in whatever order its messages come (PATCHLOOM_SEED=${seed})`, async () => {
  const shapesSeen = new Set<string>();
  for (let number = 0; number < listCount; number += 1) {
    const messages = messagesOfList(number);
    await assertTruth(messages, `list ${number}`);
    for (const { truth } of messages) shapesSeen.add(truth.shape);
  }
  if (listCount >= 100) assert.deepEqual(shapesSeen, new Set(shapes.map(({ name }) => name)));
});

test(`a thread of 700 messages is found as it is (PATCHLOOM_SEED=${seed})`, async () => {
  await assertTruth([...generateThread({ seed, messageCount: 700 })], 'thread');
});

test(`unthreaded postings of one day give the same series in any order (PATCHLOOM_SEED=${seed})`, async () => {
  const messages = [...generateBusyDay({ seed, submissionCount: 120 })];
  const facts = await Promise.all(messages.map(({ raw }) => parseMessage(raw)));
  const [once, again] = [facts, seededRandom(seed).shuffled(facts)].map((order) => {
    const placeOf = placedList(order);
    return facts.map((one) => foundSeries(placeOf.get(one)!));
  });
  assert.deepEqual(again, once);
});

test('a list of a thousand messages holds every shape', () => {
  const messages = [...generateList({ seed, messageCount: 1_000 })];
  assert.equal(messages.length, 1_000);
  const names = new Set(messages.map(({ truth }) => truth.shape));
  assert.deepEqual(names, new Set(shapes.map(({ name }) => name)));
});

test('a seed gives the same bytes again, another seed gives others', () => {
  const [once, again, other] = [seed, seed, seed + 1].map((ofSeed) =>
    [...generateList({ seed: ofSeed, messageCount: 50 })].map(({ raw }) => raw.toString('latin1')),
  );
  assert.deepEqual(once, again);
  assert.notDeepEqual(once, other);
});

/**
 * [PATCH 0/3]            <- 1/3 never came
 *   [PATCH 2/3]
 *   [PATCH 3/3]
 *   [PATCH 0/3] of other work, never came
 *     [PATCH 1/3]
 *     [PATCH 2/3]
 */
test('patches of a lost cover letter stay together below an earlier posting', async () => {
  const raws = [
    sampleMail({ id: 'a0', subject: '[PATCH 0/3] first work', body: 'Three patches.\n' }),
    samplePatch('a2', '2/3', ['a0'], 1),
    samplePatch('a3', '3/3', ['a0'], 1),
    samplePatch('b1', '1/3', ['a0', 'b0'], 600),
    samplePatch('b2', '2/3', ['a0', 'b0'], 600),
  ];
  const placeOf = placedList(await Promise.all(raws.map((raw) => parseMessage(raw))));
  const series = [...placeOf.values()].map((place) => place.series?.key);
  assert.deepEqual(series, ['a0', 'a0', 'a0', 'b1', 'b1'].map(messageIdOf));
});

function samplePatch(id: string, marker: string, references: string[], minute: number): Buffer {
  return sampleMail({
    id,
    subject: `[PATCH ${marker}] change ${id}`,
    references,
    minute,
    body: patchText(id),
  });
}
