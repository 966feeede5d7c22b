import type { SeededRandom } from '../seeded-random.ts';
import type { Author } from './author.ts';
import { authorOf } from './author.ts';
import { hourMs } from './draw.ts';
import type { Draft } from './draft.ts';
import type { GeneratedMessage } from './generated-message.ts';
import { topicTruth } from './topic-truth.ts';
import type { ListFrame, Topic } from './topic.ts';
import { writeMessage } from './write-message.ts';

/** A message whose bytes are written when it is sent. */
export interface PlannedMessage {
  readonly arrivesMs: number;
  readonly write: () => GeneratedMessage;
}

/** The people of a list: those who post are taken until they are free again. */
export interface People {
  readonly takePoster: (nowMs: number, random: SeededRandom) => Author;
  readonly release: (author: Author, freeAtMs: number) => void;
  readonly someone: (random: SeededRandom) => Author;
}

export function peopleOf(seed: number): People {
  const authors: { author: Author; freeAtMs: number }[] = [];
  function added(): { author: Author; freeAtMs: number } {
    const entry = { author: authorOf(seed, authors.length), freeAtMs: 0 };
    authors.push(entry);
    return entry;
  }
  for (let count = 0; count < 8; count += 1) added();
  return {
    takePoster(nowMs, random) {
      const picked = Array.from({ length: 3 }, () => random.oneOf(authors));
      const entry = picked.find(({ freeAtMs }) => freeAtMs <= nowMs) ?? added();
      entry.freeAtMs = Number.MAX_SAFE_INTEGER;
      return entry.author;
    },
    release(author, freeAtMs) {
      const entry = authors.find((one) => one.author === author);
      if (entry !== undefined) entry.freeAtMs = freeAtMs;
    },
    someone: (random) => random.oneOf(authors).author,
  };
}

export interface TopicPlan {
  readonly number: number;
  readonly shape: string;
  readonly startMs: number;
  readonly random: SeededRandom;
  readonly list: ListFrame;
  readonly people: People;
}

/** An empty topic that `fill` fills; its posters are free again an hour after its last message. */
export function composeTopic(plan: TopicPlan, fill: (topic: Topic) => void): Topic {
  const { random, people, startMs } = plan;
  const posters: Author[] = [];
  const topic: Topic = {
    ...plan,
    takePoster() {
      const poster = people.takePoster(startMs, random);
      posters.push(poster);
      return poster;
    },
    someone: () => people.someone(random),
    drafts: [],
    postings: [],
    lost: new Set(),
    isLossless: false,
    clockMs: startMs,
  };
  fill(topic);
  const lastMs = topic.drafts.reduce((latest, { sentMs }) => Math.max(latest, sentMs), startMs);
  for (const poster of posters) people.release(poster, lastMs + hourMs);
  return topic;
}

/** The messages of a topic that come to the list, in no order. */
export function plannedMessages(topic: Topic): PlannedMessage[] {
  return [...topicTruth(topic)].map(([draft, truth]) => ({
    arrivesMs: draft.sentMs + draft.detourMs,
    write: () => ({ raw: writeMessage(draft satisfies Draft, topic.list), truth }),
  }));
}
