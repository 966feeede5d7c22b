/** Header fields beside those that every message here has; a value replaces that of the same name. */
export interface MailFields {
  readonly [name: string]: string;
}

const listHeader = 'List-Id: Review <review.lists.example>';

/** Mail to the list "review" by Ada Brook. `body` has lines that end in LF. */
export function mail(
  messageId: string,
  subject: string,
  body: string,
  fields: MailFields = {},
): Buffer {
  const header = {
    From: 'Ada Brook <ada@brook.example>',
    To: 'review@lists.example',
    Date: 'Wed, 07 Oct 2020 12:00:00 +0000',
    ...fields,
  };
  const lines = Object.entries(header).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(
    `${[listHeader, `Message-ID: ${messageId}`, `Subject: ${subject}`, ...lines].join('\n')}\n\n${body}`,
  );
}

/** A diff that adds one line to a file. */
export function diffOf(file: string): string {
  return `diff --git a/${file} b/${file}
index 257cc56..5716ca5 100644
--- a/${file}
+++ b/${file}
@@ -1 +1,2 @@
 first
+second
`;
}

/** A patch with a commit message, a diffstat's separator and a diff. */
export function patchMail(messageId: string, subject: string, fields: MailFields = {}): Buffer {
  const body = `Why this is right.

Signed-off-by: Ada Brook <ada@brook.example>
---
 a.c | 1 +
 1 file changed, 1 insertion(+)

${diffOf('a.c')}`;
  return mail(messageId, subject, body, fields);
}
