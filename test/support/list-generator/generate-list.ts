import { seededRandom } from '../seeded-random.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { composeTopic, peopleOf, plannedMessages } from './compose-topic.ts';
import type { People, PlannedMessage } from './compose-topic.ts';
import { between, hourMs, minuteMs, partSeed } from './draw.ts';
import type { GeneratedMessage } from './generated-message.ts';
import { loseMessages } from './losses.ts';
import { addOddMessages } from './odd-messages.ts';
import { addReplies } from './replies.ts';
import { shapes } from './shapes.ts';
import type { Shape } from './shapes.ts';
import type { ListFrame } from './topic.ts';

export interface ListOptions {
  readonly seed: number;
  /** Copies of one message count as messages. */
  readonly messageCount: number;
  readonly listId?: string;
}

/**
 * The messages of a patch list that never was, in the order in which they were sent, each with the truth about it.
 * All shapes of `shapes` occur once a list is long enough. The same for the same options; memory stays flat.
 */
export function* generateList(options: ListOptions): Generator<GeneratedMessage> {
  let pending: PlannedMessage[] = [];
  for (const { startMs, messages } of topics(options)) {
    const due = pending.filter(({ arrivesMs }) => arrivesMs < startMs);
    for (const message of due) yield message.write();
    pending = [...pending.slice(due.length), ...messages].toSorted(
      (a, b) => a.arrivesMs - b.arrivesMs,
    );
  }
  for (const message of pending) yield message.write();
}

/** Name and address of the list of a seed. */
export function listFrame(random: SeededRandom, listId = 'gauge-devel.lists.example'): ListFrame {
  const address = listId.replace('.', '@');
  const label = listId.slice(0, listId.indexOf('.'));
  return { listId, address, subjectTag: random.below(4) === 0 ? `[${label}] ` : '' };
}

/** When the first message of the list of a seed is sent. */
export function firstMs(seed: number): number {
  return Date.UTC(2024, 0, 1) + (Math.abs(seed) % 5000) * hourMs;
}

interface SentTopic {
  readonly startMs: number;
  readonly messages: readonly PlannedMessage[];
}

function* topics({ seed, messageCount, listId }: ListOptions): Generator<SentTopic> {
  const random = seededRandom(seed);
  const people = peopleOf(seed);
  const list = listFrame(random, listId);
  const deck = shuffledDecks(random);
  let startMs = firstMs(seed);
  let left = messageCount;
  for (let number = 1; left > 0; number += 1) {
    startMs += between(random, 1, 30) * minuteMs;
    const plan = { number, startMs, list, people, random: seededRandom(partSeed(seed, number)) };
    const messages = fittingTopic(plan, deck, left);
    left -= messages.length;
    yield { startMs, messages };
  }
}

interface TopicFrame {
  readonly number: number;
  readonly startMs: number;
  readonly list: ListFrame;
  readonly people: People;
  readonly random: SeededRandom;
}

const maxAttempts = 12;

/** The messages of the next topic of the deck that has no more than `maxCount`; in the end a single patch. */
function fittingTopic(
  frame: TopicFrame,
  deck: Iterator<Shape, never>,
  maxCount: number,
): PlannedMessage[] {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const shape = deck.next().value;
    const topic = composeTopic({ ...frame, shape: shape.name }, (empty) => {
      shape.send(empty);
      addReplies(empty);
      loseMessages(empty);
      addOddMessages(empty);
    });
    const messages = plannedMessages(topic);
    if (messages.length <= maxCount) return messages;
  }
  const single = shapes.find(({ name }) => name === 'single-patch')!;
  return plannedMessages(composeTopic({ ...frame, shape: single.name }, single.send));
}

/** Every shape as often as its weight, shuffled, again and again. */
function* shuffledDecks(random: SeededRandom): Generator<Shape, never> {
  for (;;) {
    yield* random.shuffled(
      shapes.flatMap((shape) => Array.from({ length: shape.weight }, () => shape)),
    );
  }
}
