import { between, happens } from './draw.ts';
import { emptyPosting, sendMember, sendPosting } from './posting.ts';
import type { Posting, PostingPlan } from './posting.ts';
import { addDraft } from './topic.ts';
import type { Topic } from './topic.ts';
import { someWork } from './work.ts';
import { titleOf } from './words.ts';

/** A plan for the first version of new work by somebody who posts nothing else meanwhile. */
export function firstPlan(topic: Topic, patchCount: number = somePatchCount(topic)): PostingPlan {
  return {
    author: topic.takePoster(),
    work: someWork(topic.random, patchCount),
    words: someWords(topic),
    version: 1,
    isVersionOnCoverOnly: false,
    hasCover: true,
    threading: 'shallow',
    answers: null,
    answersEach: null,
    revises: null,
  };
}

/** At least 2; mostly few. */
export function somePatchCount({ random }: Topic): number {
  if (happens(random, 75)) return between(random, 2, 4);
  return happens(random, 70) ? between(random, 5, 8) : between(random, 9, 30);
}

function someWords({ random }: Topic): string[] {
  if (happens(random, 70)) return ['PATCH'];
  return random.oneOf([
    ['RFC', 'PATCH'],
    ['PATCH', 'RFC'],
    ['PATCH', 'net-next'],
    ['PATCH', '6.1.y'],
  ]);
}

export function coverShallow(topic: Topic): void {
  sendPosting(topic, firstPlan(topic, happens(topic.random, 10) ? 1 : undefined));
}

export function coverDeep(topic: Topic): void {
  sendPosting(topic, { ...firstPlan(topic), threading: 'deep' });
}

export function patchesShallow(topic: Topic): void {
  sendPosting(topic, { ...firstPlan(topic), hasCover: false });
}

export function patchesChained(topic: Topic): void {
  sendPosting(topic, { ...firstPlan(topic), hasCover: false, threading: 'deep' });
}

export function singlePatch(topic: Topic): void {
  sendPosting(topic, { ...firstPlan(topic, 1), hasCover: false });
}

export function unthreaded(topic: Topic): void {
  const hasCover = happens(topic.random, 60);
  sendPosting(topic, { ...firstPlan(topic), hasCover, threading: 'none' });
}

/** Two postings of one author, version and total in the same minutes, and nothing that ties them. */
export function unthreadedTwice(topic: Topic): void {
  const plan = { ...firstPlan(topic), threading: 'none' as const };
  const work = someWork(topic.random, plan.work.patches.length);
  const postings = [sendPosting(topic, plan), sendPosting(topic, { ...plan, work })];
  for (const posting of postings) posting.isUnambiguous = false;
}

/** A posting without cover letter, and the cover letter afterwards as an answer to patch 1. */
export function coverAfterwards(topic: Topic): void {
  const posting = sendPosting(topic, { ...firstPlan(topic), hasCover: false });
  topic.clockMs += 1000 * between(topic.random, 60, 600);
  sendMember(topic, posting, 0, [idOfNumber(posting, 1)]);
}

/** "[PATCH 3/2]": a patch that was forgotten. */
export function extraPatch(topic: Topic): void {
  const posting = sendPosting(topic, firstPlan(topic));
  topic.clockMs += 1000 * between(topic.random, 60, 3600);
  const answered = happens(topic.random, 50) ? 0 : posting.total;
  const references = [idOfNumber(posting, 0), idOfNumber(posting, answered)];
  sendMember(topic, posting, posting.total + 1, [...new Set(references)]);
}

export function pullRequest(topic: Topic): void {
  sendPullRequest(topic, ['GIT', 'PULL']);
}

/** A pull request that stands as number 0 before its patches. */
export function pullRequestWithPatches(topic: Topic): void {
  sendPosting(topic, { ...firstPlan(topic), words: ['PULL'] });
}

function sendPullRequest(topic: Topic, words: readonly string[]): void {
  const plan = { ...firstPlan(topic, 1), words, hasCover: false };
  const posting = emptyPosting(topic, plan);
  const draft = addDraft(topic, {
    author: plan.author,
    sentMs: topic.clockMs,
    messageId: `<pull.${topic.number}.${topic.random.below(1e6)}@git.example>`,
    subject: `${topic.list.subjectTag}[${words.join(' ')}] ${plan.work.title}`,
    role: 'pull-request',
    text: { kind: 'pull', work: plan.work },
  });
  posting.members.push({ draft, number: 1 });
  topic.postings.push(posting);
}

/** A thread without any patch. */
export function talkOnly(topic: Topic): void {
  const author = topic.someone();
  addDraft(topic, {
    author,
    sentMs: topic.clockMs,
    messageId: `<talk.${topic.number}.${topic.random.below(1e6)}@talk.example>`,
    subject: `${topic.list.subjectTag}${titleOf(topic.random)}?`,
    role: 'discussion',
    text: { kind: 'talk' },
  });
}

/** Message-id of the member with a number. */
export function idOfNumber(posting: Posting, number: number): string {
  return posting.members.find((member) => member.number === number)!.draft.messageId;
}
