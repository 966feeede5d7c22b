import { between, happens, hourMs } from './draw.ts';
import type { Draft } from './draft.ts';
import { emptyPosting, sendMember, sendPosting } from './posting.ts';
import type { Posting, PostingPlan } from './posting.ts';
import { firstPlan } from './shapes-of-postings.ts';
import { addDraft } from './topic.ts';
import type { Topic } from './topic.ts';
import { revised } from './work.ts';
import type { WorkPatch } from './work.ts';

type RevisionWay = Partial<Pick<PostingPlan, 'hasCover' | 'threading' | 'answers'>>;

/** Hours to weeks pass. */
function letTimePass(topic: Topic): void {
  topic.clockMs += hourMs * between(topic.random, 2, happens(topic.random, 80) ? 40 : 200);
}

/** The next version of a posting, sent later. */
function sendRevision(topic: Topic, former: Posting, way: RevisionWay): Posting {
  letTimePass(topic);
  return sendPosting(topic, {
    ...former.plan,
    answers: null,
    ...way,
    work: revised(topic.random, former.plan.work),
    version: former.plan.version + 1,
    revises: former,
  });
}

/** Two versions, sometimes three or four. */
function sendVersions(
  topic: Topic,
  first: PostingPlan,
  wayAfter: (former: Posting) => RevisionWay,
) {
  let posting = sendPosting(topic, first);
  const count = happens(topic.random, 70) ? 1 : between(topic.random, 2, 3);
  for (let sent = 0; sent < count; sent += 1) {
    posting = sendRevision(topic, posting, wayAfter(posting));
  }
}

function firstDraft(posting: Posting): Draft {
  return posting.members[0]!.draft;
}

export function revisionBelowCover(topic: Topic): void {
  const threading = topic.random.oneOf(['shallow', 'deep'] as const);
  sendVersions(topic, { ...firstPlan(topic), threading }, (former) => ({
    answers: firstDraft(former),
  }));
}

export function revisionInNewThread(topic: Topic): void {
  const hasCover = happens(topic.random, 70);
  const threading = topic.random.oneOf(['shallow', 'deep', 'none'] as const);
  sendVersions(topic, { ...firstPlan(topic), hasCover, threading }, () => ({}));
}

export function revisionBelowLastPatch(topic: Topic): void {
  const hasCover = happens(topic.random, 50);
  sendVersions(topic, { ...firstPlan(topic), hasCover }, (former) => ({
    answers: former.members.at(-1)!.draft,
  }));
}

/** Patch 1 of the next version answers the old cover letter, or patch 1; the others answer patch 1 or one another. */
export function revisionWithoutCover(topic: Topic): void {
  const plan = { ...firstPlan(topic), hasCover: happens(topic.random, 60) };
  const threading = topic.random.oneOf(['shallow', 'deep'] as const);
  sendVersions(topic, plan, (former) => ({
    answers: firstDraft(former),
    hasCover: false,
    threading,
  }));
}

/** Every message of the next version answers the old cover letter. */
export function revisionBesideCover(topic: Topic): void {
  const hasCover = happens(topic.random, 50);
  sendVersions(topic, firstPlan(topic), (former) => ({
    answers: firstDraft(former),
    hasCover,
    threading: 'none',
  }));
}

/** "[PATCH v2 1/2]" answers "[PATCH 1/2]", "[PATCH v2 2/2]" answers "[PATCH 2/2]". */
export function revisionParallel(topic: Topic): void {
  topic.isLossless = true;
  const former = sendPosting(topic, firstPlan(topic));
  const patches = former.members.filter(({ number }) => number > 0).map(({ draft }) => draft);
  letTimePass(topic);
  sendPosting(topic, {
    ...former.plan,
    version: 2,
    hasCover: false,
    answersEach: patches,
    revises: former,
  });
}

export function revisionOfSingle(topic: Topic): void {
  const isAnswer = happens(topic.random, 60);
  sendVersions(topic, { ...firstPlan(topic, 1), hasCover: false }, (former) => ({
    hasCover: false,
    answers: isAnswer ? firstDraft(former) : null,
  }));
}

/** Only the cover letter names the version. */
export function versionOnCoverOnly(topic: Topic): void {
  const plan = { ...firstPlan(topic), words: ['PATCH', 'net-next'], isVersionOnCoverOnly: true };
  const isAnswer = happens(topic.random, 50);
  // Without its cover letter a patch that answers the former version's says no version of its own.
  topic.isLossless = isAnswer;
  sendVersions(topic, { ...plan, version: between(topic.random, 1, 3) }, (former) => ({
    answers: isAnswer ? firstDraft(former) : null,
  }));
}

/** "[PATCH v2 2/3]" alone answers "[PATCH 2/3]"; or "[PATCH v1.1 2/3]". */
export function partialReroll(topic: Topic): void {
  const former = sendPosting(topic, firstPlan(topic));
  const patches = former.plan.work.patches.map(reworked);
  const number = between(topic.random, 1, former.total);
  const answered = former.members.find((member) => member.number === number)!.draft;
  letTimePass(topic);
  const isDotted = happens(topic.random, 30);
  const words = isDotted ? ['PATCH', 'v1.1'] : ['PATCH'];
  const plan = { ...former.plan, words, version: isDotted ? 1 : 2, revises: former };
  const reroll = emptyPosting(topic, { ...plan, work: { ...former.plan.work, patches } });
  const references = [...new Set([firstDraft(former).messageId, answered.messageId])];
  sendMember(topic, reroll, number, references);
  topic.postings.push(reroll);
  if (isDotted) topic.isLossless = true;
  else answerReroll(topic, reroll);
}

function reworked(patch: WorkPatch): WorkPatch {
  return { ...patch, diffSeed: patch.diffSeed + 1 };
}

/** The author says that the rest stays as it is. */
function answerReroll(topic: Topic, { members, plan }: Posting): void {
  const [member] = members;
  topic.clockMs += 60_000;
  addDraft(topic, {
    author: plan.author,
    sentMs: topic.clockMs,
    messageId: `<reroll.${topic.number}.${topic.drafts.length}@talk.example>`,
    subject: `Re: ${member!.draft.subject}`,
    role: 'discussion',
    text: { kind: 'reply', answered: member!.draft },
    inReplyTo: member!.draft.messageId,
    references: [...member!.draft.references, member!.draft.messageId],
  });
}
