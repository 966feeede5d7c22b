import { mailboxes } from './address-list.ts';
import type { Person } from './message-facts.ts';

/** The person whom a trailer names, and what stands behind the address. */
export interface TrailerPerson {
  readonly person: Person;
  /** "# for patches 1-3" of "Ada <ada@brook.example> # for patches 1-3"; "" when there is nothing. */
  readonly remark: string;
}

/** Offset behind the address in angle brackets, else that of the remark's "#", else the end. */
function personEnd(value: string): number {
  const open = value.indexOf('<');
  const close = open === -1 ? -1 : value.indexOf('>', open);
  if (close !== -1) return close + 1;
  const hash = value.indexOf('#');
  return hash === -1 ? value.length : hash;
}

function withoutScheme(email: string): string {
  return email.toLowerCase().startsWith('mailto:') ? email.slice('mailto:'.length) : email;
}

/**
 * The person whom the value of a trailer names: "Ada <ada@brook.example> # s390" -> { person: { name: "Ada", email: "ada@brook.example" },
 * remark: "# s390" }. Of several persons the first. A value without an address is a name; null when it is a URL. Never throws, linear.
 */
export function trailerPerson(value: string): TrailerPerson | null {
  const end = personEnd(value);
  const text = value.slice(0, end).trim();
  const [mailbox] = mailboxes(text);
  const remark = value.slice(end).trim();
  if (mailbox !== undefined && mailbox.email !== null) {
    return { person: { name: mailbox.name, email: withoutScheme(mailbox.email) }, remark };
  }
  return text === '' || text.includes('://')
    ? null
    : { person: { name: text, email: null }, remark };
}
