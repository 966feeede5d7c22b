/** How far a text was read. */
interface Scan {
  readonly text: string;
  at: number;
  expected: 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma';
  /** The brackets that must come, the nearest last. */
  readonly closing: string[];
}

/**
 * Why a text is no JSON, in the words of Python's parser, which clients show to people:
 * "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)". Linear, without recursion.
 */
export function jsonProblem(text: string): string {
  const scan: Scan = { text, at: 0, expected: 'value', closing: [] };
  let problem: string | null = null;
  while (problem === null) {
    skipBlanks(scan);
    problem = readNext(scan);
  }
  const before = text.slice(0, scan.at);
  const column = scan.at - before.lastIndexOf('\n');
  return `${problem}: line ${before.split('\n').length} column ${column} (char ${scan.at})`;
}

function skipBlanks(scan: Scan): void {
  while (scan.at < scan.text.length && ' \t\n\r'.includes(scan.text[scan.at] ?? '')) scan.at += 1;
}

/** Reads one thing; what is wrong with it, or null. */
function readNext(scan: Scan): string | null {
  switch (scan.expected) {
    case 'value':
    case 'value or ]':
      return readValue(scan);
    case 'name':
    case 'name or }':
      return readName(scan);
    case 'colon':
      if (scan.text[scan.at] !== ':') return "Expecting ':' delimiter";
      return advance(scan, 'value');
    case 'comma':
      return readComma(scan);
    default:
      return scan.expected satisfies never;
  }
}

function advance(scan: Scan, expected: Scan['expected']): null {
  scan.at += 1;
  scan.expected = expected;
  return null;
}

function close(scan: Scan): null {
  scan.closing.pop();
  return advance(scan, 'comma');
}

function readValue(scan: Scan): string | null {
  const character = scan.text[scan.at] ?? '';
  if (character === ']' && scan.expected === 'value or ]') return close(scan);
  if (character === '{') {
    scan.closing.push('}');
    return advance(scan, 'name or }');
  }
  if (character === '[') {
    scan.closing.push(']');
    return advance(scan, 'value or ]');
  }
  if (character === '"') return readString(scan, 'comma');
  const word = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/;
  const found = word.exec(scan.text.slice(scan.at, scan.at + maxWordLength));
  if (found === null) return 'Expecting value';
  scan.at += found[0].length - 1;
  return advance(scan, 'comma');
}

/** A longer number is read in pieces, which may give another message, and never costs more. */
const maxWordLength = 400;

function readName(scan: Scan): string | null {
  const character = scan.text[scan.at] ?? '';
  if (character === '}' && scan.expected === 'name or }') return close(scan);
  if (character === '"') return readString(scan, 'colon');
  return 'Expecting property name enclosed in double quotes';
}

function readComma(scan: Scan): string | null {
  const character = scan.text[scan.at] ?? '';
  const bracket = scan.closing.at(-1);
  if (bracket === undefined) return 'Extra data';
  if (character === bracket) return close(scan);
  if (character !== ',') return "Expecting ',' delimiter";
  return advance(scan, bracket === '}' ? 'name' : 'value');
}

/** Where it is wrong is where it begins, or the character that must not be in it. */
function readString(scan: Scan, expected: Scan['expected']): string | null {
  const { text } = scan;
  for (let at = scan.at + 1; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') {
      scan.at = at;
      return advance(scan, expected);
    }
    if (character < ' ') {
      scan.at = at;
      return 'Invalid control character at';
    }
    if (character !== '\\') continue;
    if (!/^(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/.test(text.slice(at + 1, at + 6))) {
      scan.at = at;
      return text[at + 1] === 'u' ? 'Invalid \\uXXXX escape' : 'Invalid \\escape';
    }
    at += 1;
  }
  return 'Unterminated string starting at';
}
