import { seededRandom } from '../seeded-random.ts';
import { composeTopic, peopleOf, plannedMessages } from './compose-topic.ts';
import { between, hourMs, minuteMs } from './draw.ts';
import { lineage } from './draft.ts';
import type { Draft } from './draft.ts';
import { firstMs, listFrame } from './generate-list.ts';
import type { ListOptions } from './generate-list.ts';
import type { GeneratedMessage } from './generated-message.ts';
import { sendPosting } from './posting.ts';
import { addReply } from './replies.ts';
import { firstPlan } from './shapes-of-postings.ts';
import type { Topic } from './topic.ts';

const repliesPerVersion = 250;
const maxPatches = 40;
const maxReplyDepth = 20;

/**
 * One thread with that many messages, as a much discussed series makes it: each version answers the cover letter of the
 * one before, with some 250 replies to each, down to a depth of 20. In the order in which they were sent.
 */
export function* generateThread({
  seed,
  messageCount,
  listId,
}: ListOptions): Generator<GeneratedMessage> {
  const random = seededRandom(seed);
  const frame = { list: listFrame(random, listId), people: peopleOf(seed), random };
  const startMs = firstMs(seed);
  const topic = composeTopic({ ...frame, number: 1, shape: 'huge-thread', startMs }, (empty) =>
    sendVersions(empty, messageCount),
  );
  const messages = plannedMessages(topic).toSorted((a, b) => a.arrivesMs - b.arrivesMs);
  for (const message of messages) yield message.write();
}

/** What does not fit of the last version is left out. */
function sendVersions(topic: Topic, messageCount: number): void {
  const plan = firstPlan(topic, Math.min(maxPatches, Math.ceil(messageCount / 4)));
  let former = sendPosting(topic, plan);
  addReplies(topic, Math.min(repliesPerVersion, messageCount - topic.drafts.length));
  for (let version = 2; topic.drafts.length < messageCount; version += 1) {
    topic.clockMs += between(topic.random, 10, 90) * hourMs;
    const answers = former.members[0]!.draft;
    former = sendPosting(topic, { ...plan, version, answers, revises: former });
    addReplies(topic, Math.min(repliesPerVersion, messageCount - topic.drafts.length));
  }
  for (const draft of topic.drafts.slice(messageCount)) topic.lost.add(draft);
}

function addReplies(topic: Topic, count: number): void {
  const people = Array.from({ length: 12 }, () => topic.someone());
  const answerable: Draft[] = topic.drafts.slice(-repliesPerVersion);
  for (let added = 0; added < count; added += 1) {
    const reply = addReply(topic, topic.random.oneOf(answerable), topic.random.oneOf(people));
    if (lineage(reply).length < maxReplyDepth) answerable.push(reply);
    topic.clockMs = Math.max(topic.clockMs, reply.sentMs) + minuteMs;
  }
}
