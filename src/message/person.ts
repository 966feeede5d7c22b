import { mailboxes, type Mailbox } from './address-list.ts';
import type { HeaderTextDecoder } from './decoded-message.ts';
import type { Person } from './message-facts.ts';

/** An address entry with its encoded words decoded: { name: "=?utf-8?q?J=C3=B6rg?=", email: "j@x.org" } -> { name: "Jörg", email: "j@x.org" }. */
export function decodedPerson(entry: Mailbox, decodeHeaderText: HeaderTextDecoder): Person {
  const name = entry.name === null ? null : (decodeHeaderText(entry.name) ?? entry.name);
  return { name: name || null, email: entry.email };
}

/**
 * The first person of an address header: "=?utf-8?q?J=C3=B6rg?= <j@x.org>, k@x.org" -> { name: "Jörg", email: "j@x.org" }.
 * Its structure is read before its encoded words are decoded, so a comma inside of one is part of the name; a value that is encoded as a whole is
 * decoded first. Without an address: { name: the whole text, email: null }. Source: RFC 2047 section 5 (3); Patchwork's rule R32.
 */
export function personIn(value: string, decodeHeaderText: HeaderTextDecoder): Person {
  const [entry] = mailboxes(value);
  if (entry !== undefined && entry.email !== null) return decodedPerson(entry, decodeHeaderText);
  const decoded = decodeHeaderText(value) ?? '';
  const [inDecoded] = mailboxes(decoded);
  if (inDecoded !== undefined && inDecoded.email !== null) return inDecoded;
  return { name: decoded || null, email: null };
}
