import type { MessageFlag } from '../message/decoded-message.ts';
import { messageFacts } from '../message/assemble-facts.ts';
import type { MessageFacts } from '../message/message-facts.ts';
import { decodeHeader, decodeMessage, messageHeader, wireForm } from './decode-message.ts';
import { decodeHeaderText } from './header-text.ts';
import { isHtmlOnly, withHtmlText } from './html-text.ts';

/**
 * Everything that one raw message says by itself. Bad mail is a flag in the result, never a rejection; time and memory are linear in its size.
 * `linkname` is the project's short name, which subjects carry as a prefix; without it the first label of the list id is taken.
 */
export async function parseMessage(raw: Buffer, linkname?: string): Promise<MessageFacts> {
  const decoded = decodeMessage(raw);
  const message = isHtmlOnly(decoded) ? await withHtmlText(decoded) : decoded;
  return messageFacts(message, decodeHeaderText, linkname);
}

/**
 * The facts that the header alone tells, its first 256 KiB, with the flag that says why no more was read ('parse-timeout', 'parse-memory',
 * 'parse-failed'). There is no content and no diff, so the role is discussion or cover; the content key is the same as `parseMessage` gives. Linear.
 */
export function headerFacts(
  raw: Buffer,
  flag: Extract<MessageFlag, 'parse-timeout' | 'parse-memory' | 'parse-failed'>,
  linkname?: string,
): MessageFacts {
  const wire = wireForm(raw);
  const decoded = decodeHeader(wire, messageHeader(wire));
  const flags = [...decoded.flags, flag];
  return messageFacts({ ...decoded, flags }, decodeHeaderText, linkname);
}
