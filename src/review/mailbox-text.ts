/**
 * A person as in a header field: `Ada Brook <ada@b.example>`. A name with special characters is quoted, one that is not
 * ASCII is an encoded word; without a name, the address alone. Source: RFC 5322 section 3.4, RFC 2047.
 */
export function mailboxText(name: string | null, email: string): string {
  const shown = (name ?? '').replace(/[\r\n]+/g, ' ');
  if (shown === '') return email;
  if (/[^\x20-\x7e]/.test(shown)) return `${encodedWords(shown)} <${email}>`;
  if (!/[\\()<>@,:;".[\]]/.test(shown)) return `${shown} <${email}>`;
  return `"${shown.replace(/[\\"]/g, (character) => `\\${character}`)}" <${email}>`;
}

/** Octets of text in one encoded word, so that with its frame it stays below the 75 characters that RFC 2047 allows. */
const maxWordOctets = 45;

function encodedWords(name: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of name) {
    if (Buffer.byteLength(word + character) > maxWordOctets) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words
    .map((text) => `=?utf-8?b?${Buffer.from(text, 'utf8').toString('base64')}?=`)
    .join(' ');
}
