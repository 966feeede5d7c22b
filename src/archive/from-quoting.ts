const quotedFrom = Buffer.from('>From ');
const quoteMark = 0x3e;
const lineFeed = 0x0a;

/**
 * A copy of an mbox message with one ">" taken from each line that starts with ">From ", ">>From " and so on.
 * That undoes mboxrd's quoting, and mboxo's but for texts that themselves began a line with ">From ": an mbox does not
 * say which of the two it is. Linear. Source: mboxrd as described by qmail's mbox(5).
 */
export function withoutFromQuoting(text: Buffer): Buffer {
  let quotedAt = text.indexOf(quotedFrom);
  if (quotedAt === -1) return Buffer.from(text);
  const pieces: Buffer[] = [];
  let copiedTo = 0;
  while (quotedAt !== -1) {
    const marksAt = quoteMarksStart(text, quotedAt);
    if (marksAt === 0 || text[marksAt - 1] === lineFeed) {
      pieces.push(text.subarray(copiedTo, marksAt));
      copiedTo = marksAt + 1;
    }
    quotedAt = text.indexOf(quotedFrom, quotedAt + quotedFrom.length);
  }
  pieces.push(text.subarray(copiedTo));
  return Buffer.concat(pieces);
}

function quoteMarksStart(text: Buffer, lastMarkAt: number): number {
  let at = lastMarkAt;
  while (at > 0 && text[at - 1] === quoteMark) at -= 1;
  return at;
}
