import type { Author } from './author.ts';
import { minuteMs } from './draw.ts';
import type { Draft } from './draft.ts';
import { messageText } from './message-text.ts';
import { formedText } from './text-form.ts';
import type { ListFrame } from './topic.ts';

/** Raw bytes of a draft: always the same, but for the relay's own header fields. */
export function writeMessage(draft: Draft, list: ListFrame): Buffer {
  const { prose, diff } = messageText(draft);
  const { headerLines, bytes } = formedText(draft.author.textForm, prose, diff);
  const lines = [
    ...traceLines(draft, list),
    ...addressLines(draft, list),
    ...identityLines(draft),
    ...headerLines,
    'Precedence: list',
    `X-Mailing-List: ${list.address}`,
    `List-Id: <${list.listId}>`,
    `List-Post: <mailto:${list.address}>`,
    `List-Unsubscribe: <mailto:${list.listId}?subject=unsubscribe>`,
    '',
    bytes,
  ];
  const text = lines.join('\n');
  const isFromSmtp = draft.relay > 1 || draft.textSeed % 16 === 0;
  return Buffer.from(isFromSmtp ? text.replaceAll('\n', '\r\n') : text, 'latin1');
}

/** What the relays add; newest first. */
function traceLines(
  { sentMs, detourMs, relay, serial, author }: Draft,
  { address }: ListFrame,
): string[] {
  const relayed = dateText(sentMs + detourMs + 1000 * relay, 0);
  const domain = author.email.slice(author.email.indexOf('@') + 1);
  return [
    `Return-Path: <${address.replace('@', '-bounces@')}>`,
    `Received: from lists.example (lists.example [192.0.2.${relay}])\n\tby mx${relay}.reader.example (Postfix) with ESMTPS id ${serial}R${relay};\n\t${relayed}`,
    `Received: from mail.${domain} (mail.${domain} [198.51.100.7])\n\tby lists.example with ESMTPS id ${serial}L;\n\t${relayed}`,
  ];
}

function addressLines(draft: Draft, { address, listId }: ListFrame): string[] {
  const { author } = draft;
  const email = emailIn(draft);
  const to = [`To: ${address}`, 'Cc: Cleo Lund <cleo@lund.example>, sluice@lists.example'];
  if (!author.isRewritten) return [`From: ${phrase(author.name)} <${email}>`, ...to];
  const label = listId.slice(0, listId.indexOf('.'));
  return [
    `From: ${phrase(`${author.name} via ${label}`)} <${address}>`,
    `Reply-To: ${phrase(author.name)} <${email}>`,
    ...to,
  ];
}

function emailIn({ author, textSeed }: Draft): string {
  return author.hasUnsteadyCase && textSeed % 2 === 0 ? author.email.toUpperCase() : author.email;
}

function identityLines(draft: Draft): string[] {
  const { subject, inReplyTo, references, hasMessageId } = draft;
  return [
    `Subject: ${foldedSubject(subject)}`,
    ...dateLines(draft),
    ...(hasMessageId ? [`Message-ID: ${draft.messageId}`] : []),
    ...(draft.text.kind === 'reply' ? [] : ['X-Mailer: git-send-email 2.43.0']),
    ...(inReplyTo === null ? [] : [`In-Reply-To: ${inReplyTo}`]),
    ...(references.length === 0 ? [] : [`References: ${references.join('\n ')}`]),
  ];
}

function dateLines({ author, sentMs, hasDate, textSeed }: Draft): string[] {
  if (hasDate) return [`Date: ${dateText(sentMs + author.clockSkewMs, author.zoneMinutes)}`];
  return textSeed % 2 === 0 ? [] : ['Date: the day after the flood'];
}

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'].concat([
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
]);

/** "Mon, 2 Mar 2026 09:00:00 +0100" */
function dateText(ms: number, zoneMinutes: number): string {
  const local = new Date(ms + zoneMinutes * minuteMs);
  const zone = Math.abs(zoneMinutes);
  const clock = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(twoDigits);
  return [
    `${dayNames[local.getUTCDay()]},`,
    local.getUTCDate(),
    monthNames[local.getUTCMonth()],
    local.getUTCFullYear(),
    clock.join(':'),
    `${zoneMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(zone / 60))}${twoDigits(zone % 60)}`,
  ].join(' ');
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

const maxSubjectColumns = 66;

/** Folded at a blank where it is long, as git does. */
function foldedSubject(subject: string): string {
  if (subject.length <= maxSubjectColumns) return subject;
  const blank = subject.lastIndexOf(' ', maxSubjectColumns);
  return blank <= 0 ? subject : `${subject.slice(0, blank)}\n${subject.slice(blank)}`;
}

/** A name for a header: in an encoded word (RFC 2047) where it is not ASCII. */
function phrase(name: Author['name']): string {
  const bytes = Buffer.from(name);
  if (bytes.length === name.length) return name;
  if (bytes.length % 2 === 0) return `=?UTF-8?B?${bytes.toString('base64')}?=`;
  const quoted = [...bytes].map((byte) => {
    const isLetter = (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
    if (isLetter) return String.fromCharCode(byte);
    return byte === 32 ? '_' : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `=?utf-8?q?${quoted.join('')}?=`;
}
