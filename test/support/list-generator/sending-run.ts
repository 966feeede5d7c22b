import type { PostingPlan } from './posting.ts';
import type { Topic } from './topic.ts';

/** The message-id of the first, second, … message that one run of a mailer sends. */
export type SendingRun = (count: number) => string;

/**
 * A run at the topic's present time:
 * - send-email: "<20240102030405.17123-3-ada.brook7@delta.example>";
 * - b4: "<20240102-fix-the-depth-v2-3-0a1b2c3d4e5f@delta.example>";
 * - other: "<3f2a91c07b6d.12.8@delta.example>", each with another word.
 */
export function startRun(topic: Topic, { author, work, version }: PostingPlan): SendingRun {
  const { random } = topic;
  const stamp = new Date(topic.clockMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '');
  const domain = author.email.slice(author.email.indexOf('@') + 1);
  const word = hexWord(topic);
  switch (author.mailer) {
    case 'send-email':
      return runOf(`${stamp}.${10_000 + random.below(90_000)}-`, `-${author.email}`);
    case 'b4': {
      const slug = work.title.replaceAll(/[^a-z]+/g, '-').slice(0, 30);
      return runOf(`${stamp.slice(0, 8)}-${slug}-v${version}-`, `-${word}@${domain}`);
    }
    case 'other':
      return () => `<${hexWord(topic)}.${topic.number}.${topic.drafts.length}@${domain}>`;
    default:
      return author.mailer satisfies never;
  }
}

function runOf(before: string, after: string): SendingRun {
  return (count) => `<${before}${count}${after}>`;
}

function hexWord({ random }: Topic): string {
  return (0x100000000000 + random.below(0xfffffff) * 0xfffff).toString(16).slice(0, 12);
}
