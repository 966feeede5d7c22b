/** What a test says of a message; the rest is made up. */
export interface SampleMail {
  /** Local part of the Message-ID: "a1" stands for <a1@brook.example>; null for a message without one. */
  readonly id: string | null;
  readonly subject: string;
  /** Local parts, the closest last; the last one is In-Reply-To as well. */
  readonly references?: readonly string[];
  /** Minutes after 2 March 2026, 09:00 UTC; null for a message without Date. */
  readonly minute?: number | null;
  readonly from?: string;
  /** null: no List-Id. */
  readonly listId?: string | null;
  /** Header fields that stand before all others, as a relay adds them: "Received: by a". */
  readonly trace?: readonly string[];
  readonly body?: string;
}

export const sampleListId = 'brook-devel.lists.example';

/** Raw bytes of a message with line ends LF, as an archive has it. */
export function sampleMail(mail: SampleMail): Buffer {
  const references = (mail.references ?? []).map(messageIdOf);
  const minute = mail.minute === undefined ? 0 : mail.minute;
  const listId = mail.listId === undefined ? sampleListId : mail.listId;
  const lines = [
    ...(mail.trace ?? []),
    `From: ${mail.from ?? 'Ada Brook <ada@brook.example>'}`,
    `Subject: ${mail.subject}`,
    ...(minute === null ? [] : [`Date: ${dateOfMinute(minute)}`]),
    ...(mail.id === null ? [] : [`Message-ID: ${messageIdOf(mail.id)}`]),
    ...(references.length === 0 ? [] : [`In-Reply-To: ${references.at(-1)}`]),
    ...(references.length === 0 ? [] : [`References: ${references.join(' ')}`]),
    ...(listId === null ? [] : [`List-Id: <${listId}>`]),
    'Content-Type: text/plain; charset=utf-8',
    '',
    mail.body ?? 'Looks good.\n',
  ];
  return Buffer.from(lines.join('\n'));
}

/** "a1" -> "<a1@brook.example>" */
export function messageIdOf(id: string): string {
  return `<${id}@brook.example>`;
}

/** Text of a patch to one file; each `change` gives another diff. */
export function patchText(change: string): string {
  return [
    `Tell the ${change} apart.`,
    '',
    'Signed-off-by: Ada Brook <ada@brook.example>',
    '---',
    ' gauge/float.c | 2 +-',
    '',
    'diff --git a/gauge/float.c b/gauge/float.c',
    '--- a/gauge/float.c',
    '+++ b/gauge/float.c',
    '@@ -12,3 +12,3 @@',
    ' static int depth;',
    '-\treturn depth;',
    `+\treturn depth + ${change};`,
    ' /* end */',
    '-- ',
    '2.39.5',
    '',
  ].join('\n');
}

/** As SMTP carries it: line ends CRLF. */
export function withCrlf(raw: Buffer): Buffer {
  return Buffer.from(raw.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

function dateOfMinute(minute: number): string {
  const date = new Date(Date.UTC(2026, 2, 2, 9, 0) + minute * 60_000);
  return date.toUTCString().replace('GMT', '+0000');
}
