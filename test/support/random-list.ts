import { asNodeId } from './list-drawing.ts';
import type { DrawnMessage } from './list-drawing.ts';
import { subjectFacts } from '../../src/message/subject.ts';
import type { SeededRandom } from './seeded-random.ts';

/** How wild a random list is. */
export interface ListShape {
  readonly messageCount: number;
  /** Message-ids to choose from; fewer than messages make duplicates. */
  readonly nodeCount: number;
  readonly maxReferences: number;
  /** Dates lie within so many minutes. */
  readonly spanMinutes: number;
}

const submitters = ['ann@example.org', 'Ann@example.org', 'bob@example.org', null];
const runs = ['20240301100000.77-', '20240301100000.99-', '1-2-', 'x'];
const prefixes = ['PATCH', 'PATCH v2', 'PATCHv2', 'PATCH v2.1', 'RFC'];
const startMs = Date.parse('2024-03-01T10:00:00Z');

/**
 * A small list that holds every trouble at once: ghosts, cycles, duplicates of a Message-ID, equal and missing dates,
 * resends, versions named by some, and runs.
 */
export function randomList(random: SeededRandom, shape: ListShape): DrawnMessage[] {
  return Array.from({ length: shape.messageCount }, (_, place) => {
    const node = random.below(shape.nodeCount) + 1;
    const subject = randomSubject(random);
    const facts = subjectFacts(subject, 'list');
    return {
      ...facts,
      node: asNodeId(node),
      messageId: messageIdOf(node),
      references: randomReferences(random, shape, node),
      date: randomDate(random, shape),
      contentKey: String(place).padStart(4, '0'),
      role: randomRole(random, facts),
      subject,
      letter: null,
      submitterEmail: random.oneOf(submitters),
    };
  });
}

function messageIdOf(node: number): string {
  return `<${runs[node % runs.length]}${node}-ann@list>`;
}

function randomSubject(random: SeededRandom): string {
  const total = random.oneOf([2, 3]);
  const number = random.below(total + 1);
  const prefix = random.oneOf(prefixes);
  return random.oneOf([
    `[${prefix} ${number}/${total}] x`,
    `[${prefix} ${number}/${total}] x`,
    `[${prefix} ${number}/${total}] x`,
    `[PATCH] x`,
    `[GIT PULL] x`,
    `Re: [PATCH ${number}/${total}] x`,
  ]);
}

function randomReferences(
  random: SeededRandom,
  { nodeCount, maxReferences }: ListShape,
  own: number,
): DrawnMessage['references'] {
  const count = random.below(maxReferences + 1);
  const nodes = Array.from({ length: count }, () => random.below(nodeCount) + 1);
  return [...new Set(nodes)].filter((node) => node !== own).map(asNodeId);
}

function randomDate(random: SeededRandom, { spanMinutes }: ListShape): string | null {
  if (random.below(12) === 0) return null;
  return new Date(startMs + random.below(spanMinutes) * 60_000).toISOString().replace('.000Z', 'Z');
}

function randomRole(
  random: SeededRandom,
  { isReply, number, prefixes: words }: ReturnType<typeof subjectFacts>,
): DrawnMessage['role'] {
  if (isReply || random.below(10) === 0) return 'discussion';
  if (words.includes('PULL')) return 'pull-request';
  return number === 0 ? 'cover' : 'patch';
}
