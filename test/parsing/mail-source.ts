/** Lines of a small diff that every test of a patch can use. */
export const smallDiff = [
  'diff --git a/file.c b/file.c',
  'index 1111111..2222222 100644',
  '--- a/file.c',
  '+++ b/file.c',
  '@@ -1,2 +1,2 @@',
  ' int a;',
  '-int b;',
  '+int ü;',
  '',
].join('\n');

const usual: Record<string, string> = {
  From: 'A Sender <sender@example.com>',
  'Message-ID': '<1@example.com>',
  Date: 'Wed, 30 Aug 2017 16:32:05 +0800',
  'List-Id': '<devel.example.com>',
};

/** Raw bytes of a message with LF line ends: the usual fields, those given in their place or beside them, and a body in utf-8. */
export function mail(fields: Record<string, string>, body: string): Buffer {
  const header = Object.entries({ ...usual, ...fields }).map(
    ([name, value]) => `${name}: ${value}\n`,
  );
  return Buffer.from(`${header.join('')}\n${body}`);
}

/** Body of a multipart with boundary "b": each part is its header lines and its text. */
export function parts(...given: [headerLines: string, text: string][]): string {
  const all = given.map(([headerLines, text]) => {
    const header = headerLines === '' ? '' : `${headerLines}\n`;
    return `--b\n${header}\n${text}\n`;
  });
  return `preamble\n${all.join('')}--b--\nepilogue\n`;
}

/** The Content-Type of `parts`. */
export const mixed = { 'Content-Type': 'multipart/mixed; boundary="b"' };
