import type { MessageRole } from './message-facts.ts';

/** What a message is by its own content, and the rule that said so. */
export interface RoleDecision {
  readonly role: MessageRole;
  readonly roleRule: 'hint-ignore' | 'reply' | 'pull-request' | 'number-zero' | 'diff' | 'no-diff';
}

/**
 * What a message is by its own content. A reply is discussion whatever it holds; a pull request is one even as number 0 of a series;
 * number 0 is a cover letter even with a diff (an interdiff); then a diff makes a patch. Whether discussion is a comment, the thread says.
 * What its sender wants ignored is discussion too. Source: Patchwork's rules R6 and R28 to R30, which take a number 0 with a diff for a patch.
 */
export function messageRole(message: {
  /** Whether its sender asks that it be passed over. */
  readonly isIgnored: boolean;
  readonly isReply: boolean;
  readonly number: number | null;
  readonly hasDiff: boolean;
  readonly hasPullUrl: boolean;
}): RoleDecision {
  if (message.isIgnored) return { role: 'discussion', roleRule: 'hint-ignore' };
  if (message.isReply) return { role: 'discussion', roleRule: 'reply' };
  if (message.hasPullUrl) return { role: 'pull-request', roleRule: 'pull-request' };
  if (message.number === 0) return { role: 'cover', roleRule: 'number-zero' };
  if (message.hasDiff) return { role: 'patch', roleRule: 'diff' };
  return { role: 'discussion', roleRule: 'no-diff' };
}
