/**
 * What the message-ids of all messages that one run of a tool sent have in common; null when the tool is not known by its ids.
 * - git send-email: "<20200429192340.14252-3-a@b.org>" and "<1504081950-2528-9-git-send-email-a@b.org>", without the count;
 * - git format-patch: "<cover.1588911607.git.a@b.org>" and "<commit.1588911607.git.a@b.org>", without the first word;
 * - b4: "<20240101-topic-v2-3-5f0c3e6bd1a2@b.org>", without the count.
 * Source: seen in practice; git's gen_message_id and send-email's make_message_id write the first three.
 */
export function sendingRun(messageId: string): string | null {
  for (const form of countedForms) {
    const [, before, after] = form.exec(messageId) ?? [];
    if (before !== undefined && after !== undefined) return `${before} ${after}`;
  }
  return topicRun(messageId);
}

/** One way only to match each character, so no backtracking. */
const countedForms = [
  /^<([0-9]{8,14}\.[0-9]+)-[0-9]+-(.*)>$/,
  /^<([0-9]+-[0-9]+)-[0-9]+-(git-send-email-.*)>$/,
  /^<(?:cover|[0-9a-f]{40}|[0-9a-f]{64})\.([0-9]+)\.git\.(.*)>$/,
];

/** The topic of b4's form may hold any number of hyphens, so it is read from its ends. */
function topicRun(messageId: string): string | null {
  const at = messageId.lastIndexOf('@');
  const words = messageId.slice(1, at === -1 ? 0 : at).split('-');
  const [date = ''] = words;
  const [version = '', count = '', random = ''] = words.slice(-3);
  if (words.length < 5 || !/^[0-9]{8}$/.test(date) || !/^v[0-9]+$/.test(version)) return null;
  if (!/^[0-9]+$/.test(count) || !/^[0-9a-f]{8,}$/.test(random)) return null;
  return [...words.slice(0, -2), random, messageId.slice(at)].join('-');
}
