import { createHash } from 'node:crypto';

/** A message-id with its angle brackets, at most 998 octets: "<20200429192340.14252-1-pvorel@suse.cz>". */
export type MessageId = string & { readonly __brand: 'MessageId' };

const maxMessageIdOctets = 998;
const maxReferences = 1000;

/**
 * All ids in angle brackets of a text, in order: "<a@x> (comment) <b@y>" -> ["<a@x>", "<b@y>"]. Linear on any input.
 * Source: RFC 5322 section 3.6.4; comments and stray words between the ids are passed over, as they are seen in practice.
 */
export function bracketedIds(text: string): string[] {
  const ids: string[] = [];
  let open = text.indexOf('<');
  while (open !== -1) {
    const close = text.indexOf('>', open + 1);
    if (close === -1) break;
    if (close > open + 1) ids.push(text.slice(open, close + 1));
    open = text.indexOf('<', close + 1);
  }
  return ids;
}

function withoutStrayBrackets(text: string): string {
  const start = text.startsWith('<') ? 1 : 0;
  const end = text.endsWith('>') ? text.length - 1 : text.length;
  return text.slice(start, end);
}

/** Whether a text is a message-id as this program keeps it: in angle brackets, at most 998 octets. */
export function isMessageId(text: string): text is MessageId {
  return (
    text.startsWith('<') && text.endsWith('>') && Buffer.byteLength(text) <= maxMessageIdOctets
  );
}

/** A text that must be a message-id already, out of the database or a test; throws a TypeError when it is none. */
export function asMessageId(text: string): MessageId {
  if (!isMessageId(text)) throw new TypeError(`no message-id: ${text.slice(0, 100)}`);
  return text;
}

/** The id as it is stored: one that is too long for an index gives its place to its own SHA-256. */
function storableId(id: string): MessageId {
  if (isMessageId(id)) return id;
  return asMessageId(`<${createHash('sha256').update(id).digest('hex')}@long.invalid>`);
}

/** Whether an id stands for one that was longer than 998 octets. */
export function isShortenedId(id: MessageId): boolean {
  return id.endsWith('@long.invalid>');
}

/**
 * The id that a Message-ID value names: the first in angle brackets, else the whole value in brackets, so that "id>" links with references to it;
 * null when the value is empty. Over 998 octets: "<sha256hex@long.invalid>". The value has its white space collapsed.
 * Source: Patchwork's rule R11.
 */
export function messageIdIn(value: string): MessageId | null {
  const [first] = bracketedIds(value);
  const id = first ?? withoutStrayBrackets(value);
  if (id === '') return null;
  return storableId(first === undefined ? `<${id}>` : id);
}

/** The id of a message that names none: "<contentKeyHex@noid.invalid>", so that its copies meet again. */
export function syntheticMessageId(contentKey: string): MessageId {
  return asMessageId(`<${contentKey}@noid.invalid>`);
}

/**
 * The id that an In-Reply-To value names. One without any bracket names none: what stands there in practice is prose
 * ("Your message of Monday") as often as an id, and other mail software does not link it either.
 */
function repliedId(value: string): MessageId | null {
  return value.includes('<') || value.includes('>') ? messageIdIn(value) : null;
}

/**
 * The messages that a message answers, closest first: the first id of each In-Reply-To value, then the ids of each References value from its end;
 * no repeats, never `ownId`, the closest 1000 at most. Values have their white space collapsed. Linear on any input.
 * Source: Patchwork's rule R12.
 */
export function referencedIds(
  ownId: MessageId | null,
  inReplyTo: readonly string[],
  references: readonly string[],
): MessageId[] {
  const found = new Set<MessageId>();
  const add = (id: MessageId | null) => {
    if (id !== null && id !== ownId && found.size < maxReferences) found.add(id);
  };
  for (const value of inReplyTo) add(repliedId(value));
  for (const value of references) {
    const ids = bracketedIds(value);
    for (let at = ids.length - 1; at >= 0 && found.size < maxReferences; at -= 1) {
      add(storableId(ids[at] ?? ''));
    }
  }
  return [...found];
}
