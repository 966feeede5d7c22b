import type { Hash } from 'node:crypto';

/** Text is given to a hash in pieces of about so many characters, and no long text is made for its sake. */
const pieceLength = 64 * 1024;

/** Adds a text to a hash, as utf-8, without its blanks, tabs and line ends; whether there was anything else in it. */
export function hashWithoutSpace(hash: Hash, text: string): boolean {
  let isEmpty = true;
  for (let at = 0; at < text.length;) {
    const end = pieceEnd(text, at);
    const dense = text.slice(at, end).replaceAll(/[ \t\r\n]+/g, '');
    if (dense !== '') isEmpty = false;
    hash.update(dense, 'utf8');
    at = end;
  }
  return !isEmpty;
}

/** Where the piece that begins at an offset ends: never inside of a surrogate pair. */
function pieceEnd(text: string, at: number): number {
  const end = at + pieceLength;
  const before = text.charCodeAt(end - 1);
  return before >= 0xd800 && before < 0xdc00 ? end + 1 : end;
}

/** Collects short texts and gives them to a hash, as utf-8, many at a time. */
export interface HashedTexts {
  readonly add: (text: string) => void;
  /** The hash of all in hex. */
  readonly digest: () => string;
}

export function hashedTexts(hash: Hash): HashedTexts {
  let waiting: string[] = [];
  let waitingLength = 0;
  const flush = (): void => {
    hash.update(waiting.join(''), 'utf8');
    waiting = [];
    waitingLength = 0;
  };
  return {
    add(text) {
      waiting.push(text);
      waitingLength += text.length;
      if (waitingLength >= pieceLength) flush();
    },
    digest() {
      flush();
      return hash.digest('hex');
    },
  };
}
