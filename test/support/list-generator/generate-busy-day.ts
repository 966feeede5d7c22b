import { seededRandom } from '../seeded-random.ts';
import { composeTopic, peopleOf, plannedMessages } from './compose-topic.ts';
import { hourMs } from './draw.ts';
import { firstMs, listFrame } from './generate-list.ts';
import type { GeneratedMessage } from './generated-message.ts';
import { sendPosting } from './posting.ts';
import { firstPlan } from './shapes-of-postings.ts';
import type { Topic } from './topic.ts';
import { someWork } from './work.ts';

const patchesPerPosting = 2;

export interface BusyDayOptions {
  readonly seed: number;
  readonly submissionCount: number;
  readonly listId?: string;
}

/**
 * The unthreaded postings, of two patches each, that one author sends in one day: so many that dates alone hold them
 * together. In the order in which they were sent. Their series are guesses, so the truth calls them ambiguous.
 */
export function* generateBusyDay({
  seed,
  submissionCount,
  listId,
}: BusyDayOptions): Generator<GeneratedMessage> {
  const random = seededRandom(seed);
  const startMs = firstMs(seed);
  const frame = { list: listFrame(random, listId), people: peopleOf(seed), random, startMs };
  const topic = composeTopic({ ...frame, number: 1, shape: 'busy-day' }, (empty) =>
    sendUnthreaded(empty, submissionCount),
  );
  const messages = plannedMessages(topic).toSorted((a, b) => a.arrivesMs - b.arrivesMs);
  for (const message of messages) yield message.write();
}

function sendUnthreaded(topic: Topic, submissionCount: number): void {
  const plan = { ...firstPlan(topic, patchesPerPosting), hasCover: false };
  const author = { ...plan.author, mailer: 'other' as const };
  const startMs = topic.clockMs;
  const msPerPosting = (24 * hourMs * patchesPerPosting) / submissionCount;
  for (let sent = 0; topic.drafts.length < submissionCount; sent += 1) {
    topic.clockMs = startMs + Math.floor(sent * msPerPosting);
    const posting = sendPosting(topic, {
      ...plan,
      author,
      threading: 'none',
      work: someWork(topic.random, patchesPerPosting),
    });
    posting.isUnambiguous = false;
  }
  for (const draft of topic.drafts.slice(submissionCount)) topic.lost.add(draft);
}
