import { between, happens, hourMs } from './draw.ts';
import { lineage } from './draft.ts';
import { emptyPosting, sendMember, sendPosting } from './posting.ts';
import { firstPlan } from './shapes-of-postings.ts';
import { addDraft } from './topic.ts';
import type { Topic } from './topic.ts';

function letHoursPass(topic: Topic): void {
  topic.clockMs += hourMs * between(topic.random, 1, 30);
}

/** The whole posting again under the same version, as an answer to the old cover letter or in a thread of its own. */
export function resent(topic: Topic): void {
  const threading = topic.random.oneOf(['shallow', 'deep', 'none'] as const);
  const former = sendPosting(topic, { ...firstPlan(topic), threading });
  const isAnswer = threading !== 'none' && happens(topic.random, 50);
  // Without the old cover letter, what is left of both would answer one message that never came.
  topic.isLossless = isAnswer;
  const words = happens(topic.random, 60) ? [...former.plan.words, 'RESEND'] : former.plan.words;
  letHoursPass(topic);
  const answers = isAnswer ? former.members[0]!.draft : null;
  sendPosting(topic, { ...former.plan, words, answers });
}

/** One patch again with the number that it had, as an answer to the cover letter: a posting of its own. */
export function resentPatch(topic: Topic): void {
  topic.isLossless = true;
  const former = sendPosting(topic, firstPlan(topic));
  const again = emptyPosting(topic, former.plan);
  letHoursPass(topic);
  const number = between(topic.random, 1, former.total);
  sendMember(topic, again, number, [former.members[0]!.draft.messageId]);
  topic.postings.push(again);
}

/** One patch never came and is sent hours later, as an answer to the cover letter: it completes its series. */
export function missingPatchLater(topic: Topic): void {
  topic.isLossless = true;
  const posting = sendPosting(topic, firstPlan(topic));
  const place = between(topic.random, 1, posting.total);
  const [missing] = posting.members.splice(place, 1);
  topic.lost.add(missing!.draft);
  letHoursPass(topic);
  sendMember(topic, posting, missing!.number, [posting.members[0]!.draft.messageId]);
}

/** A series that answers a patch of somebody else's, threaded below it or each patch on its own. */
export function belowAnothersPatch(topic: Topic): void {
  const host = sendPosting(topic, firstPlan(topic));
  letHoursPass(topic);
  const threading = topic.random.oneOf(['shallow', 'deep', 'none'] as const);
  const plan = firstPlan(topic, happens(topic.random, 50) ? host.total : undefined);
  const answers = topic.random.oneOf(host.members).draft;
  sendPosting(topic, { ...plan, hasCover: happens(topic.random, 50), threading, answers });
}

/** Other work of the same author, with as many patches, that answers the first series: no next version of it. */
export function followUp(topic: Topic): void {
  // What is left of both could fill each other's gaps.
  topic.isLossless = true;
  const host = sendPosting(topic, firstPlan(topic));
  letHoursPass(topic);
  const { words } = host.plan;
  const plan = { ...firstPlan(topic, host.total), author: host.plan.author, words };
  sendPosting(topic, { ...plan, answers: topic.random.oneOf(host.members).draft });
}

/** Two threads, and an answer to the first that names the second too: two trees in one thread. */
export function bridged(topic: Topic): void {
  const first = sendPosting(topic, firstPlan(topic));
  letHoursPass(topic);
  const second = sendPosting(topic, { ...firstPlan(topic), hasCover: false });
  letHoursPass(topic);
  const answered = topic.random.oneOf(first.members).draft;
  const author = topic.someone();
  addDraft(topic, {
    author,
    sentMs: topic.clockMs,
    messageId: `<bridge.${topic.number}@talk.example>`,
    subject: `Re: ${answered.subject}`,
    role: 'discussion',
    text: { kind: 'reply', answered },
    inReplyTo: answered.messageId,
    references: [topic.random.oneOf(second.members).draft.messageId, ...lineage(answered)],
  });
}
