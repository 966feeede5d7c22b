import { lineEnd } from './line-end.ts';

const firstLine = /^the following changes since commit/im;
/** Single characters between the words: the phrase may be wrapped, and the search stays linear. */
const repositoryPhrase = /^are[ \n]available[ \n]in[ \n]the[ \n]git[ \n]repository[ \n]at:/gim;
const oneWord = /^[^ \t\r]+$/;
const maxUrlLength = 4096;

/** "git+ssh://host/x.git" or "git@host:x.git": letters, digits and "+-_" before "://" or "@", and something after. */
const urlWord = /^[A-Za-z0-9_+-]+(?:@|:\/\/)[^<>\\]+$/;

/** The words of the line at an offset, a backslash counted as a blank; [] for an empty line. */
function lineWords(text: string, at: number): string[] {
  const line = text.slice(at, Math.min(lineEnd(text, at), at + maxUrlLength));
  return line.split(/[ \t\r\n\\]/).filter((word) => word !== '');
}

function isBlank(text: string, at: number): boolean {
  for (let index = at; index < text.length && text[index] !== '\n'; index += 1) {
    if (text[index] !== ' ' && text[index] !== '\t' && text[index] !== '\r') return false;
  }
  return true;
}

/** Offset of the first line with something on it after the phrase; null when the phrase's own line goes on. */
function urlLineStart(text: string, phraseEnd: number): number | null {
  if (!isBlank(text, phraseEnd)) return null;
  let at = lineEnd(text, phraseEnd);
  while (at < text.length && isBlank(text, at)) at = lineEnd(text, at);
  return at;
}

/** URL and branch or tag that follow the phrase; the branch may stand alone on the line after the URL. */
function repository(text: string, phraseEnd: number): string | null {
  const at = urlLineStart(text, phraseEnd);
  if (at === null) return null;
  const [url = '', branch, ...more] = lineWords(text, at);
  if (!urlWord.test(url) || more.length > 0) return null;
  if (branch !== undefined) return `${url} ${branch}`;
  const [nextWord, ...nextMore] = lineWords(text, lineEnd(text, at));
  const isBranch = nextWord !== undefined && nextMore.length === 0 && oneWord.test(nextWord);
  return isBranch ? `${url} ${nextWord}` : url;
}

/**
 * What a pull request asks to pull, URL and branch or tag with one space between: "git://host/repository.git tags/name". null when the text asks
 * for no pull: it must have the line "The following changes since commit…" and after it "are available in the git repository at:"
 * followed by the URL. Of several the last counts. Never throws, linear. Source: Patchwork's rule R27, git-request-pull(1).
 */
export function pullUrl(text: string): string | null {
  const first = firstLine.exec(text);
  if (first === null) return null;
  let found: string | null = null;
  for (const match of text.slice(first.index).matchAll(repositoryPhrase)) {
    found = repository(text, first.index + match.index + match[0].length) ?? found;
  }
  return found;
}
