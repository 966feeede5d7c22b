import { between, happens, hourMs, minuteMs } from './draw.ts';
import type { Author } from './author.ts';
import { lineage } from './draft.ts';
import type { Draft } from './draft.ts';
import { sendPosting } from './posting.ts';
import { addDraft } from './topic.ts';
import type { Topic } from './topic.ts';
import { someWork } from './work.ts';

const maxDepth = 20;

/** Lets people answer what the topic has: some of it not at all, some in long exchanges of two. */
export function addReplies(topic: Topic): void {
  const { random } = topic;
  const count = replyCountOf(topic);
  for (let added = 0; added < count; added += 1) {
    const answered = random.oneOf(topic.drafts);
    if (happens(random, 5)) sendFixup(topic, answered);
    else addReply(topic, answered, topic.someone());
  }
  if (happens(random, 7)) addExchange(topic, random.oneOf(topic.drafts));
}

function replyCountOf({ random }: Topic): number {
  if (happens(random, 30)) return 0;
  return happens(random, 75) ? between(random, 1, 3) : between(random, 4, 9);
}

/** Two people answer each other, down to a depth of at most 20. */
function addExchange(topic: Topic, start: Draft): void {
  const people = [topic.someone(), topic.someone()] as const;
  let answered = start;
  for (let depth = between(topic.random, 3, maxDepth); depth > 0; depth -= 1) {
    answered = addReply(topic, answered, people[depth % 2]!);
  }
}

export function addReply(topic: Topic, answered: Draft, author: Author): Draft {
  const { random } = topic;
  const delayMs = happens(random, 70) ? 3 * minuteMs : hourMs;
  return addDraft(topic, {
    author,
    sentMs: answered.sentMs + delayMs * between(random, 1, 30),
    messageId: replyId(topic, author),
    subject: replySubject(topic, answered),
    role: 'discussion',
    text: { kind: 'reply', answered },
    ...referencesOf(answered, author),
  });
}

function replyId(topic: Topic, author: Author): string {
  const word = (0x10000000 + topic.random.below(0x0fffffff)).toString(36);
  return `<${word}.${topic.number}.${topic.drafts.length + 1}@${author.email.split('@')[1]}>`;
}

function replySubject({ random, list }: Topic, { subject }: Draft): string {
  const isReply = /^(?:Re|AW): /.test(subject);
  if (isReply) return subject;
  if (happens(random, 3)) return `AW: ${subject}`;
  if (happens(random, 3)) return `${list.subjectTag}Ping (was: Re: ${subject})`;
  return `Re: ${subject}`;
}

function referencesOf(
  answered: Draft,
  { referenceHabit }: Author,
): Pick<Draft, 'inReplyTo' | 'references'> {
  const all = lineage(answered);
  switch (referenceHabit) {
    case 'in-reply-to':
      return { inReplyTo: answered.messageId, references: [] };
    case 'references':
      return { inReplyTo: null, references: all };
    case 'shortened':
      return {
        inReplyTo: answered.messageId,
        references: all.length > 4 ? [all[0]!, ...all.slice(-3)] : all,
      };
    case 'all':
      return { inReplyTo: answered.messageId, references: all };
    default:
      return referenceHabit satisfies never;
  }
}

/** Somebody answers with a patch of their own instead of words. */
function sendFixup(topic: Topic, answered: Draft): void {
  topic.clockMs = answered.sentMs + between(topic.random, 10, 600) * minuteMs;
  sendPosting(topic, {
    author: topic.someone(),
    work: someWork(topic.random, 1),
    words: ['PATCH'],
    version: 1,
    isVersionOnCoverOnly: false,
    hasCover: false,
    threading: 'shallow',
    answers: answered,
    answersEach: null,
    revises: null,
  });
}
