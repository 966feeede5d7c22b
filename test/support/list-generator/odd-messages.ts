import { between, happens, hourMs, minuteMs } from './draw.ts';
import type { Draft, DraftText } from './draft.ts';
import { sendPosting } from './posting.ts';
import { addReply } from './replies.ts';
import { firstPlan } from './shapes-of-postings.ts';
import type { Topic } from './topic.ts';

/**
 * Adds what is seldom seen, each in a few topics of a hundred: a message that came by a second relay, another message
 * under a Message-ID that is taken, messages without Message-ID, without Date.
 */
export function addOddMessages(topic: Topic): void {
  const { random, drafts } = topic;
  const present = drafts.filter((draft) => !topic.lost.has(draft));
  if (present.length === 0) return;
  if (happens(random, 8)) drafts.push(copyOf(random.oneOf(present), between(random, 1, 90)));
  if (happens(random, 5)) drafts.push(squatterOn(random.oneOf(present), between(random, 2, 60)));
  if (happens(random, 5))
    replaceLast(topic, addReply(topic, random.oneOf(present), topic.someone()));
  if (happens(random, 2)) sendNameless(topic);
  if (happens(random, 4)) {
    const reply = addReply(topic, random.oneOf(present), topic.someone());
    drafts[drafts.length - 1] = { ...reply, hasDate: false };
  }
}

/** The same message by another relay. */
function copyOf(draft: Draft, minutes: number): Draft {
  return { ...draft, relay: 2, detourMs: minutes * minuteMs };
}

/** Another message under the same Message-ID, with a later date. */
function squatterOn(draft: Draft, hours: number): Draft {
  return {
    ...draft,
    sentMs: draft.sentMs + hours * hourMs,
    textSeed: draft.textSeed + 1,
    text: otherText(draft.text),
  };
}

function otherText(text: DraftText): DraftText {
  if (text.kind !== 'patch') return text;
  return { ...text, patch: { ...text.patch, diffSeed: text.patch.diffSeed + 1 } };
}

function replaceLast(topic: Topic, reply: Draft): void {
  topic.drafts[topic.drafts.length - 1] = { ...reply, hasMessageId: false };
}

/** A patch without Message-ID. */
function sendNameless(topic: Topic): void {
  const posting = sendPosting(topic, { ...firstPlan(topic, 1), hasCover: false });
  const [member] = posting.members;
  const nameless = { ...member!.draft, hasMessageId: false };
  topic.drafts[topic.drafts.length - 1] = nameless;
  posting.members[0] = { draft: nameless, number: 1 };
}
