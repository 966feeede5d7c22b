import { mailboxes } from './address-list.ts';
import type { HeaderField, HeaderTextDecoder } from './decoded-message.ts';
import { fieldValues } from './header-fields.ts';
import type { Person } from './message-facts.ts';
import { decodedPerson, personIn } from './person.ts';

const quotes = ["'", '"'];

/** Who sent a message, and where that was read. */
export interface Submitter {
  readonly person: Person;
  readonly rule: 'From' | 'X-Original-From' | 'Reply-To' | 'Cc' | 'in-body-From';
}

/**
 * Addresses under which a message's list takes mail, lower case: List-Post's "<mailto:qemu-devel@nongnu.org>" and
 * list id "qemu-devel.nongnu.org" -> { "qemu-devel@nongnu.org" }. Source: RFC 2369 section 3.4; the list id's first dot is a custom of list managers.
 */
export function listAddresses(fields: readonly HeaderField[], listId: string | null): Set<string> {
  const addresses = new Set<string>();
  if (listId !== null) addresses.add(listId.replace('.', '@').toLowerCase());
  for (const value of fieldValues(fields, 'list-post')) {
    const start = value.toLowerCase().indexOf('mailto:');
    const address = start === -1 ? '' : (value.slice(start + 7).split(/[>?,\s]/, 1)[0] ?? '');
    if (address !== '') addresses.add(address.toLowerCase());
  }
  return addresses;
}

function isListAddress(person: Person, addresses: ReadonlySet<string>): boolean {
  return person.email !== null && addresses.has(person.email.toLowerCase());
}

function withoutQuotes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && quotes.includes(text[start] ?? '')) start += 1;
  while (end > start && quotes.includes(text[end - 1] ?? '')) end -= 1;
  return text.slice(start, end);
}

/** "'Peter Xu' via Qemu-devel" -> "Peter Xu"; "" when nothing is left. */
function nameBeforeVia(name: string): string {
  const via = ` ${name} `.lastIndexOf(' via ');
  const kept = via === -1 ? name : name.slice(0, Math.max(0, via - 1));
  return withoutQuotes(kept.trim()).trim();
}

/** A person of a header, other than the list, whom the rewritten From still names. */
function namesake(
  fields: readonly HeaderField[],
  header: string,
  name: string,
  addresses: ReadonlySet<string>,
  decodeHeaderText: HeaderTextDecoder,
): Person | null {
  for (const value of fieldValues(fields, header)) {
    for (const entry of mailboxes(value)) {
      const person = decodedPerson(entry, decodeHeaderText);
      if (person.email === null || isListAddress(person, addresses)) continue;
      if (person.name === name || person.email === name) return { ...person, name };
    }
  }
  return null;
}

/** The sender behind a From that the list has put its own address into. */
function senderBehindList(
  fields: readonly HeaderField[],
  name: string,
  addresses: ReadonlySet<string>,
  decodeHeaderText: HeaderTextDecoder,
): Submitter | null {
  const [original] = fieldValues(fields, 'x-original-from');
  const originalPerson = original === undefined ? null : personIn(original, decodeHeaderText);
  if (originalPerson !== null && originalPerson.email !== null) {
    const person = { ...originalPerson, name: name || originalPerson.name };
    return { person, rule: 'X-Original-From' };
  }
  if (name === '') return null;
  const inReplyTo = namesake(fields, 'reply-to', name, addresses, decodeHeaderText);
  if (inReplyTo !== null) return { person: inReplyTo, rule: 'Reply-To' };
  const inCc = namesake(fields, 'cc', name, addresses, decodeHeaderText);
  return inCc === null ? null : { person: inCc, rule: 'Cc' };
}

/**
 * Who sent a message: From; where that is the list's own address (`Peter Xu via Qemu-devel <qemu-devel@nongnu.org>`), the person behind it, from
 * X-Original-From, else the Reply-To or Cc entry of that name, else `author`, whom an in-body From line names; else the list's address with the
 * name that is left. Email null when From holds no address. Never throws. Source: Patchwork's rules R32 and R33.
 */
export function submitter(
  fields: readonly HeaderField[],
  listId: string | null,
  author: Person | null,
  decodeHeaderText: HeaderTextDecoder,
): Submitter {
  const from = personIn(fieldValues(fields, 'from')[0] ?? '', decodeHeaderText);
  const addresses = listAddresses(fields, listId);
  if (!isListAddress(from, addresses)) return { person: from, rule: 'From' };
  const name = nameBeforeVia(from.name ?? '');
  const sender = senderBehindList(fields, name, addresses, decodeHeaderText);
  if (sender !== null) return sender;
  if (author !== null) return { person: author, rule: 'in-body-From' };
  return { person: { name: name || null, email: from.email }, rule: 'From' };
}
