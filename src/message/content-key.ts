import { createHash } from 'node:crypto';
import { replacedText } from '../patch/replaced-text.ts';
import type { HeaderField } from './decoded-message.ts';
import { fieldValues } from './header-fields.ts';
import { collapseWhiteSpace } from './white-space.ts';

/** What stays the same whichever way a message comes; Received, Return-Path, DKIM and list headers do not. */
const keyHeaders = ['message-id', 'date', 'from', 'subject', 'in-reply-to', 'references'] as const;

function withoutTrailingNewlines(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end -= 1;
  return text.slice(0, end);
}

/**
 * SHA-256 in hex over what makes a message itself: its ids, date, author and subject, undecoded but unfolded, and its body, one character a byte,
 * line ends LF, trailing newlines dropped. A copy that came by SMTP and one out of an mbox have the same key.
 */
export function contentKey(fields: readonly HeaderField[], body: string): string {
  const hash = createHash('sha256');
  const header = keyHeaders.flatMap((name) =>
    fieldValues(fields, name).map((value) => `${name}:${collapseWhiteSpace(value)}\n`),
  );
  hash.update(header.join(''));
  hash.update('\n');
  const lines = replacedText(body, '\r\n', '\n');
  return hash.update(withoutTrailingNewlines(lines), 'latin1').digest('hex');
}
