/** A part of a regular expression, with a text that it matches. */
interface Sample {
  /** A text that the expression matches up to the end of the part. */
  readonly before: string;
  /** A text that the part alone matches. */
  readonly text: string;
}

/** What stands at one place of an expression: a word, a character, a class, an escape. */
const atom =
  /[a-z ]{2,}(?![*+?{])|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\.|\[\^?(?:[^\]\\]|\\.)*\]|[^]/giy;
const quantifier = /[*+?]\??|\{[0-9]+,?[0-9]*\}\??/y;
const groupStart = /\((?:\?(?:[:=!]|<[=!]|<[a-z]+>))?/iy;

interface Group {
  /** Texts of the alternative that is being read. */
  pieces: string[];
  readonly outerBefore: string;
  readonly isAssertion: boolean;
  firstAlternative: string | null;
}

/**
 * Parts of an expression, each with a text that matches it and one that leads to it: of "^a(b|c)+" the parts "a", "b", "c" and
 * "b" as the group. Enough of the syntax is known for the expressions of this project; a text may miss, which only makes
 * the attack duller.
 */
function samplesOf(source: string): Sample[] {
  const samples: Sample[] = [];
  let group: Group = newGroup('', false);
  const groups: Group[] = [];
  const add = (text: string): void => {
    samples.push({ before: group.outerBefore + group.pieces.join(''), text });
    group.pieces.push(text);
  };
  for (let at = 0; at < source.length;) {
    const opening = matchAt(groupStart, source, at);
    if (opening !== null) {
      groups.push(group);
      const isAssertion = /[=!]$/.test(opening);
      group = newGroup(group.outerBefore + group.pieces.join(''), isAssertion);
      at += opening.length;
    } else if (source[at] === '|') {
      group.firstAlternative ??= group.pieces.join('');
      group.pieces = [];
      at += 1;
    } else if (source[at] === ')') {
      const { firstAlternative, pieces, isAssertion } = group;
      group = groups.pop() ?? newGroup('', false);
      add(isAssertion ? '' : (firstAlternative ?? pieces.join('')));
      at += 1;
    } else if (source[at] === '^' || source[at] === '$') {
      at += 1;
    } else {
      const piece = matchAt(atom, source, at)!;
      add(sampleOfAtom(piece));
      at += piece.length;
    }
    const repeat = matchAt(quantifier, source, at);
    if (repeat === null) continue;
    const least = Number(/[0-9]+/.exec(repeat)?.[0] ?? 1);
    const last = group.pieces.pop() ?? '';
    group.pieces.push(last.repeat(Math.max(1, least)));
    at += repeat.length;
  }
  return [...samples, { before: '', text: group.pieces.join('') }];
}

function newGroup(outerBefore: string, isAssertion: boolean): Group {
  return { pieces: [], outerBefore, isAssertion, firstAlternative: null };
}

function matchAt(token: RegExp, text: string, at: number): string | null {
  token.lastIndex = at;
  return token.exec(text)?.[0] ?? null;
}

const candidates = 'a0 \t\n-_.:;,/<>()[]{}@#?=*+"\'|\\&%~!$^zAZ9\u00e9\0'.split('');
const astralCharacter = '\u{1f600}';

/** A character that an atom matches; "" for one that matches none, such as \b. */
function sampleOfAtom(text: string): string {
  if (/^(?:[^\\[.]|[a-z ]+)$/i.test(text)) return text;
  const isUnicode = text.includes('\\u{') || text.includes('\\p{');
  const own = new RegExp(`^(?:${text})$`, isUnicode ? 'su' : 's');
  return [...candidates, astralCharacter].find((candidate) => own.test(candidate)) ?? '';
}

/** Texts that many expressions stumble over, whatever they are for. */
// prettier-ignore
const usual = ['a', 'A', '0', ' ', '\t', '\n', '\r\n', ',', ', ', '[', ']', '<', '>', '<a>', '(', ')', ':', ': ', '.', '-', '/', '"', '\\', '=', '@', 'a ', '0a', '\0', '\u00e9'];

/** A beginning, a text to be repeated, and an end that makes what was matched so far worthless. */
export interface Attack {
  readonly start: string;
  readonly pump: string;
  readonly end: string;
}

/** All texts that may cost an expression more time than their length is worth. */
export function attacksOn(source: string): Attack[] {
  const samples = samplesOf(source);
  const neighbours = samples.slice(1).map(({ text }, index) => samples[index]!.text + text);
  const pumps = [...new Set([...samples.map(({ text }) => text), ...neighbours, ...usual])];
  const starts = [...new Set(['', ...samples.map(({ before }) => before)])];
  const attacks = pumps
    .filter((pump) => pump !== '')
    .flatMap((pump) =>
      starts.flatMap((start) => ['', '\u0001'].map((end) => ({ start, pump, end }))),
    );
  return attacks;
}

/** The text of an attack, of about so many characters. */
export function attackText({ start, pump, end }: Attack, length: number): string {
  return start + pump.repeat(Math.ceil(length / pump.length)) + end;
}
