import type { KnownMessage, NodeId } from '../../src/thread/known-message.ts';

interface NaivePlace<M> {
  readonly parent: M | null;
  readonly target: M | null;
}

/** Parent and comment target of each message, by their definitions and in cubic time. Message-ids must be unique. */
export function naivePlaces<M extends KnownMessage>(messages: readonly M[]): Map<M, NaivePlace<M>> {
  const at = (node: NodeId): M | null => messages.find((message) => message.node === node) ?? null;
  const referredBy = (message: M): M[] =>
    message.references
      .map(at)
      .filter((other) => other !== null)
      .filter((other) => other !== message);
  const nearest = (message: M): M | null => referredBy(message)[0] ?? null;
  const rank = ({ date, messageId }: M): string => `${date ?? '~'} ${messageId}`;

  /** The cycle that a message is on; empty when it is on none. */
  const cycleOf = (message: M): M[] => {
    const walked = [message];
    let next = nearest(message);
    while (next !== null && next !== message && walked.length <= messages.length) {
      walked.push(next);
      next = nearest(next);
    }
    return next === message ? walked : [];
  };
  const isCut = (message: M): boolean => {
    const cycle = cycleOf(message);
    return cycle.length > 0 && cycle.every((other) => rank(message) <= rank(other));
  };
  const parentOf = (message: M): M | null => (isCut(message) ? null : nearest(message));
  const isPatch = (message: M): boolean => message.role !== 'discussion';
  const targetOf = (message: M): M | null => {
    if (isPatch(message)) return null;
    const parent = parentOf(message);
    if (parent !== null && isPatch(parent)) return parent;
    const inherited = parent === null ? null : targetOf(parent);
    return inherited ?? referredBy(message).find(isPatch) ?? null;
  };
  return new Map(
    messages.map((message) => [message, { parent: parentOf(message), target: targetOf(message) }]),
  );
}

/** Which messages are in one thread, as sets of message-ids: what references tie together, ghosts too. */
export function naiveThreads(messages: readonly KnownMessage[]): string[][] {
  let threads = messages.map((message) => ({
    nodes: new Set([message.node, ...message.references]),
    messages: [message],
  }));
  for (const { node, references } of messages) {
    const tied = [node, ...references];
    const touched = threads.filter(({ nodes }) => tied.some((one) => nodes.has(one)));
    const joined = {
      nodes: new Set(touched.flatMap(({ nodes }) => [...nodes])),
      messages: touched.flatMap((thread) => thread.messages),
    };
    threads = [...threads.filter((thread) => !touched.includes(thread)), joined];
  }
  return threads.map((thread) => thread.messages.map(({ messageId }) => messageId).toSorted());
}
