import type { DecodedMessage } from '../message/decoded-message.ts';
import { withoutSignature } from '../patch/signature.ts';
import { storableText } from './charset-text.ts';

/** The conversion takes 0.8 s and 30 MB a megabyte of HTML. */
const maxHtmlLength = 256 * 1024;

const options = { skipImageLinks: true, skipTextToHtml: true, skipTextLinks: true };

/** Whether a message says what it says in HTML only; the footer that a list adds as plain text does not count. */
export function isHtmlOnly({ textParts }: DecodedMessage): boolean {
  if (!textParts.some((part) => part.contentType === 'text/html')) return false;
  const plain = textParts.filter((part) => part.contentType === 'text/plain');
  return plain.every((part) => withoutSignature(part.text) === '');
}

async function textOfHtml(html: string): Promise<string> {
  const source = Buffer.from(html.slice(0, maxHtmlLength)).toString('base64');
  const header = 'Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n';
  // Few messages need it, and it takes as long to load as all else that parses.
  const { simpleParser } = await import('mailparser');
  const { text } = await simpleParser(header + source, options);
  return storableText(text ?? '');
}

/**
 * A message with the readable text of its HTML parts, of their first 256 Ki characters, and flag 'html-only'; for one that `isHtmlOnly`. Such text is
 * content only: a diff that went through HTML is damaged.
 */
export async function withHtmlText(message: DecodedMessage): Promise<DecodedMessage> {
  const html = message.textParts.filter((part) => part.contentType === 'text/html');
  const htmlText = await textOfHtml(html.map((part) => part.text).join('\n'));
  return { ...message, htmlText, flags: [...message.flags, 'html-only'] };
}
