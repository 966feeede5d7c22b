import { between, happens } from './draw.ts';
import type { Author } from './author.ts';
import type { Draft, DraftText } from './draft.ts';
import { startRun } from './sending-run.ts';
import type { SendingRun } from './sending-run.ts';
import { addDraft } from './topic.ts';
import type { Topic } from './topic.ts';
import type { Work } from './work.ts';

/** How git send-email ties the messages of one posting together. */
export type Threading =
  /** All answer the first. */
  | 'shallow'
  /** Each answers the one before. */
  | 'deep'
  /** Each answers what the posting answers, or nothing. */
  | 'none';

export interface PostingPlan {
  readonly author: Author;
  readonly work: Work;
  /** What stands in the brackets before version and number: ["PATCH", "net-next"]. */
  readonly words: readonly string[];
  readonly version: number;
  /** Whether only the cover letter names the version. */
  readonly isVersionOnCoverOnly: boolean;
  readonly hasCover: boolean;
  readonly threading: Threading;
  /** What the first message answers; with threading "none" each. */
  readonly answers: Draft | null;
  /** What each of the messages answers, one for each; then threading and `answers` do not count. */
  readonly answersEach: readonly Draft[] | null;
  readonly revises: Posting | null;
}

/** One sending of one version. */
export interface Posting {
  readonly plan: PostingPlan;
  readonly total: number;
  readonly pace: keyof typeof secondsApart;
  readonly run: SendingRun;
  readonly members: PostingMember[];
  isUnambiguous: boolean;
}

export interface PostingMember {
  readonly draft: Draft;
  readonly number: number;
}

/** git send-email takes a second or a few for each message; behind a slow server, minutes. */
const secondsApart = { usual: 5, slow: 300 } as const;

/** Sends a posting now: adds its drafts to the topic and lets its clock go on. */
export function sendPosting(topic: Topic, plan: PostingPlan): Posting {
  const posting = emptyPosting(topic, plan);
  for (let number = plan.hasCover ? 0 : 1; number <= posting.total; number += 1) {
    sendMember(topic, posting, number);
  }
  topic.postings.push(posting);
  return posting;
}

/** A posting of which nothing is sent. */
export function emptyPosting(topic: Topic, plan: PostingPlan): Posting {
  return {
    plan,
    total: plan.work.patches.length,
    pace: happens(topic.random, 10) ? 'slow' : 'usual',
    run: startRun(topic, plan),
    members: [],
    isUnambiguous: true,
  };
}

/** Sends one more message of a posting; with `answers` on another occasion, as an answer to what they name. */
export function sendMember(
  topic: Topic,
  posting: Posting,
  number: number,
  answers?: readonly string[],
): Draft {
  const { plan, members } = posting;
  const references = answers ?? referencesOf(posting);
  topic.clockMs += 1000 * between(topic.random, 1, secondsApart[posting.pace]);
  const draft = addDraft(topic, {
    author: plan.author,
    sentMs: topic.clockMs,
    messageId: answers === undefined ? posting.run(members.length + 1) : startRun(topic, plan)(1),
    subject: `${topic.list.subjectTag}[${bracketWords(posting, number)}] ${titleIn(plan, number)}`,
    role: number === 0 ? (isPullRequest(plan) ? 'pull-request' : 'cover') : 'patch',
    text: textIn(plan, number),
    inReplyTo: references.at(-1) ?? null,
    references,
  });
  members.push({ draft, number });
  return draft;
}

/** What git send-email writes into References, oldest first. */
function referencesOf({ plan, members }: Posting): string[] {
  const { answers, answersEach, threading } = plan;
  const answered = answersEach === null ? answers : answersEach[members.length]!;
  const outer = answered === null ? [] : [answered.messageId];
  const ids = members.map(({ draft }) => draft.messageId);
  if (threading === 'none' || answersEach !== null) return outer;
  return threading === 'deep' ? [...outer, ...ids] : [...outer, ...ids.slice(0, 1)];
}

/** "PATCH net-next v2 03/12" */
function bracketWords({ plan, total }: Posting, number: number): string {
  const isVersionSaid = plan.version > 1 && (number === 0 || !plan.isVersionOnCoverOnly);
  const width = String(total).length;
  const isNumbered = plan.hasCover || total > 1;
  return [
    ...plan.words,
    ...(isVersionSaid ? [`v${plan.version}`] : []),
    ...(isNumbered ? [`${String(number).padStart(width, '0')}/${total}`] : []),
  ].join(' ');
}

function titleIn({ work }: PostingPlan, number: number): string {
  return number === 0 ? work.title : patchIn(work, number).title;
}

function textIn(plan: PostingPlan, number: number): DraftText {
  const { work, version } = plan;
  if (number > 0) return { kind: 'patch', patch: patchIn(work, number), version };
  return isPullRequest(plan) ? { kind: 'pull', work } : { kind: 'cover', work, version };
}

/** A patch beyond the total is one that was forgotten: the last one once more, with another name. */
function patchIn(work: Work, number: number) {
  const patch = work.patches[number - 1];
  return patch ?? { ...work.patches.at(-1)!, title: `${work.title}, the rest` };
}

function isPullRequest({ words }: PostingPlan): boolean {
  return words.includes('PULL');
}
