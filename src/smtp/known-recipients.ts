import { replies, type Reply } from './reply.ts';

/** Answers for one recipient: the refusal, or null when it is known. */
export type RecipientReply = (address: string) => Promise<Reply | null>;

/**
 * Knows the addresses of mailing lists and the postmaster. `loadListIds` is asked when what it said is older than
 * `maxAgeMs`, once for all who wait; when it fails, so does the answer.
 */
export function knownRecipients(
  loadListIds: () => Promise<readonly string[]>,
  maxAgeMs: number,
): RecipientReply {
  let known: { readonly addresses: Promise<ReadonlySet<string>>; readonly untilMs: number } | null;
  known = null;

  function addresses(): Promise<ReadonlySet<string>> {
    const nowMs = performance.now();
    if (known !== null && nowMs < known.untilMs) return known.addresses;
    const loading = loadListIds().then((listIds) => new Set(listIds.map(listAddress)));
    known = { addresses: loading, untilMs: nowMs + maxAgeMs };
    // The next recipient asks again.
    loading.catch(() => (known = null));
    return loading;
  }
  return async (address) => {
    const wanted = address.toLowerCase();
    if (isPostmaster(wanted) || (await addresses()).has(wanted)) return null;
    return replies.unknownRecipient;
  };
}

/** The address that mail for a list goes to, by the common form of List-Ids: "ltp.lists.linux.it" -> "ltp@lists.linux.it". */
export function listAddress(listId: string): string {
  return listId.toLowerCase().replace('.', '@');
}

/** Source: RFC 5321 section 4.5.1: a server takes mail for its postmaster. */
function isPostmaster(address: string): boolean {
  return address === 'postmaster' || address.startsWith('postmaster@');
}
