import { decode as decodeQuotedPrintable } from 'libqp';
import type {
  DecodedMessage,
  HeaderField,
  MessageFlag,
  TextPart,
} from '../message/decoded-message.ts';
import { replacedText } from '../patch/replaced-text.ts';
import { charsetText, storableText } from './charset-text.ts';
import { headerBlock, type HeaderBlock, type WireField } from './header-block.ts';
import { mimeTree, type MimePart } from './mime-parts.ts';

const nonAscii = /[\x80-\xff]/;

/**
 * A message in wire form: one character a byte. Where the header's lines end in CRLF that is how the transport ends lines, so all become LF;
 * where they end in LF, a CR in the body is content.
 */
export function wireForm(raw: Buffer): string {
  const wire = raw.toString('latin1');
  const firstNewline = wire.indexOf('\n');
  return wire[firstNewline - 1] === '\r' ? replacedText(wire, '\r\n', '\n') : wire;
}

/** Header fields as text: raw 8-bit characters are read as utf-8, else guessed. */
function decodedFields(fields: readonly WireField[], flags: Set<MessageFlag>): HeaderField[] {
  return fields.map((field) => {
    if (!nonAscii.test(field.value) && !field.value.includes('\0')) return field;
    const { text, flag } = charsetText(Buffer.from(field.value, 'latin1'), null);
    const value = storableText(text);
    if (flag !== null) flags.add(flag);
    if (value !== text) flags.add('text-repaired');
    return { name: field.name, value };
  });
}

function transferDecoded(payload: string, transferEncoding: string): string | Buffer {
  if (transferEncoding === 'quoted-printable') {
    return payload.includes('=') ? decodeQuotedPrintable(payload) : payload;
  }
  return transferEncoding === 'base64' ? Buffer.from(payload, 'base64') : payload;
}

function isTextPart({ mediaType: { contentType, filename } }: MimePart): boolean {
  return contentType.startsWith('text/') || /\.(?:patch|diff)$/i.test(filename ?? '');
}

function textPart(part: MimePart, flags: Set<MessageFlag>): TextPart {
  const { contentType, filename, charset, transferEncoding } = part.mediaType;
  const octets = transferDecoded(part.payload, transferEncoding);
  const bytes = typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets;
  const decoded = charsetText(bytes, charset);
  const text = storableText(decoded.text);
  if (decoded.flag !== null) flags.add(decoded.flag);
  if (text !== decoded.text) flags.add('text-repaired');
  return { contentType, filename, text };
}

/** The header of a message in wire form. */
export function messageHeader(wire: string): HeaderBlock {
  return headerBlock(wire, 0, () => false);
}

/** The fields of a message without its parts: for a message that cannot be parsed in time. */
export function decodeHeader(wire: string, header: HeaderBlock): DecodedMessage {
  const flags = new Set<MessageFlag>(header.isLimited ? ['header-limited'] : []);
  const fields = decodedFields(header.fields, flags);
  const body = wire.slice(header.bodyStart);
  return { fields, textParts: [], htmlText: null, body, flags: [...flags] };
}

/**
 * Fields and texts of a message, decoded but not interpreted. Transfer encodings and charsets are undone, format=flowed is not: it would
 * change diffs. Text parts at any depth are given, and attachments named *.patch or *.diff. What is wrong is a flag; never throws, linear.
 * `htmlText` is null; `withHtmlText` fills it in. Source: RFC 5322, RFC 2045 to 2047; Patchwork's rule R20.
 */
export function decodeMessage(raw: Buffer): DecodedMessage {
  const wire = wireForm(raw);
  const header = messageHeader(wire);
  const decoded = decodeHeader(wire, header);
  const flags = new Set(decoded.flags);
  const tree = mimeTree(wire, header);
  if (tree.isLimited) flags.add('mime-limited');
  if (tree.isBroken) flags.add('mime-broken');
  const textParts = tree.parts.filter(isTextPart).map((part) => textPart(part, flags));
  return { ...decoded, textParts, flags: [...flags] };
}
