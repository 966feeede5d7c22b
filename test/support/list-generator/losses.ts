import type { SeededRandom } from '../seeded-random.ts';
import { between, happens } from './draw.ts';
import type { PostingMember } from './posting.ts';
import type { Topic } from './topic.ts';

/** Lets messages get lost: in one topic of four the first, a middle or the last of a posting, or several; now and then a reply. */
export function loseMessages(topic: Topic): void {
  const { random, lost } = topic;
  if (!topic.isLossless && topic.postings.length > 0 && happens(random, 25)) {
    for (let count = happens(random, 70) ? 1 : between(random, 2, 4); count > 0; count -= 1) {
      const { members } = random.oneOf(topic.postings);
      if (members.length > 1 || happens(random, 30)) lost.add(lostMember(random, members).draft);
    }
  }
  const replies = topic.drafts.filter(({ text }) => text.kind === 'reply');
  if (replies.length > 1 && happens(random, 15)) lost.add(random.oneOf(replies));
}

function lostMember(random: SeededRandom, members: readonly PostingMember[]): PostingMember {
  const middle = members[Math.floor(members.length / 2)]!;
  return random.oneOf([members[0]!, middle, members.at(-1)!]);
}
