/** A text is replaced in pieces of so many characters: `replaceAll` takes 35 bytes for each place, and keeps them. */
const pieceLength = 64 * 1024;

/**
 * A text with every occurrence of one or two characters replaced: ("a\r\nb", "\r\n", "\n") -> "a\nb"; the same string when
 * there is none. For texts of any length and any number of places.
 */
export function replacedText(text: string, searched: string, replacement: string): string {
  if (!text.includes(searched)) return text;
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const cut = at + pieceLength;
    const end = searched.length > 1 && text.startsWith(searched, cut - 1) ? cut + 1 : cut;
    pieces.push(text.slice(at, end).split(searched).join(replacement));
    at = end;
  }
  return pieces.join('');
}
