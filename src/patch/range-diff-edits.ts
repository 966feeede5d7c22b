/** One line of a comparison: kept in both, deleted from the first, or inserted by the second. */
export interface LineEdit {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

/** Lines that either side may have at most: the time grows with the product of size and difference. */
export const maxComparedLines = 10_000;

/** Edits that a search tries from each end; texts that differ more are not worth the shortest answer. */
const maxEdits = 2_000;

/**
 * A list of edits that makes the lines `before` the lines `after`, deletions before insertions where they meet: the
 * shortest one, but that parts with more than 4,000 edits count as changed as a whole. null when either side is longer
 * than maxComparedLines. Memory is linear, time lines times edits.
 * Source: E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), section 4b.
 */
export function lineEdits(before: readonly string[], after: readonly string[]): LineEdit[] | null {
  if (before.length > maxComparedLines || after.length > maxComparedLines) return null;
  const texts = numberedTexts(before, after);
  const boxes: Box[] = [{ aStart: 0, aEnd: before.length, bStart: 0, bEnd: after.length }];
  for (let next = boxes.pop(); next !== undefined; next = boxes.pop()) {
    const box = keepEnds(texts, next);
    const split = middleOf(texts, box);
    if (split === null) continue;
    boxes.push({ ...box, aEnd: split.a, bEnd: split.b });
    boxes.push({ ...box, aStart: split.a, bStart: split.b });
  }
  return editsOf(before, after, texts);
}

/** A part of the first text against a part of the second, ends excluded. */
interface Box {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Both texts, each line a number: equal lines have equal ones. */
interface Texts {
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** 1 for lines that stay. */
  readonly isKeptA: Uint8Array;
  readonly isKeptB: Uint8Array;
  /** For each diagonal how far in `a` the paths of so many edits reach, from the start and from the end. */
  readonly forward: Int32Array;
  readonly backward: Int32Array;
}

function numberedTexts(before: readonly string[], after: readonly string[]): Texts {
  const numbers = new Map<string, number>();
  const numberOf = (line: string): number => {
    const number = numbers.get(line) ?? numbers.size;
    numbers.set(line, number);
    return number;
  };
  const diagonalCount = 2 * maxEdits + 3;
  return {
    a: Int32Array.from(before, numberOf),
    b: Int32Array.from(after, numberOf),
    isKeptA: new Uint8Array(before.length),
    isKeptB: new Uint8Array(after.length),
    forward: new Int32Array(diagonalCount),
    backward: new Int32Array(diagonalCount),
  };
}

/** Marks the equal lines at both ends of a box as kept; what is between them. */
function keepEnds({ a, b, isKeptA, isKeptB }: Texts, box: Box): Box {
  let { aStart, aEnd, bStart, bEnd } = box;
  while (aStart < aEnd && bStart < bEnd && a[aStart] === b[bStart]) {
    isKeptA[aStart++] = 1;
    isKeptB[bStart++] = 1;
  }
  while (aStart < aEnd && bStart < bEnd && a[aEnd - 1] === b[bEnd - 1]) {
    isKeptA[--aEnd] = 1;
    isKeptB[--bEnd] = 1;
  }
  return { aStart, aEnd, bStart, bEnd };
}

interface Point {
  readonly a: number;
  readonly b: number;
}

/**
 * A point inside a box on a shortest path through it, found from both ends at once; null when its two parts have
 * nothing in common, or too little to be found.
 */
function middleOf(texts: Texts, box: Box): Point | null {
  const { aStart, aEnd, bStart, bEnd } = box;
  const width = aEnd - aStart;
  const delta = width - (bEnd - bStart);
  if (width === 0 || width === delta) return null;
  const { forward, backward } = texts;
  forward[maxEdits + 2] = 0;
  backward[maxEdits + 2] = 0;
  const isOdd = (delta & 1) !== 0;
  for (let edits = 0; edits <= maxEdits; edits += 1) {
    for (let k = -edits; k <= edits; k += 2) {
      const x = followForward(texts, box, k, edits);
      const isMet = isOdd && Math.abs(delta - k) < edits;
      if (isMet && x + furthest(backward, delta - k) >= width) {
        return insideOf(box, aStart + x, bStart + x - k);
      }
    }
    for (let k = -edits; k <= edits; k += 2) {
      const x = followBackward(texts, box, k, edits);
      const isMet = !isOdd && Math.abs(delta - k) <= edits;
      if (isMet && x + furthest(forward, delta - k) >= width) {
        return insideOf(box, aEnd - x, bEnd - x + k);
      }
    }
  }
  return null;
}

function furthest(reached: Int32Array, k: number): number {
  return reached[maxEdits + 1 + k]!;
}

/** How far a path from the start reaches on diagonal k: one edit more, then along equal lines. */
function followForward({ a, b, forward }: Texts, box: Box, k: number, edits: number): number {
  const width = box.aEnd - box.aStart;
  const height = box.bEnd - box.bStart;
  let x = withOneEdit(forward, k, edits);
  while (x < width && x - k < height && a[box.aStart + x] === b[box.bStart + x - k]) x += 1;
  forward[maxEdits + 1 + k] = x;
  return x;
}

/** The same from the end. */
function followBackward({ a, b, backward }: Texts, box: Box, k: number, edits: number): number {
  const width = box.aEnd - box.aStart;
  const height = box.bEnd - box.bStart;
  let x = withOneEdit(backward, k, edits);
  while (x < width && x - k < height && a[box.aEnd - 1 - x] === b[box.bEnd - 1 - x + k]) x += 1;
  backward[maxEdits + 1 + k] = x;
  return x;
}

function withOneEdit(reached: Int32Array, k: number, edits: number): number {
  const below = furthest(reached, k - 1);
  const above = furthest(reached, k + 1);
  return k === -edits || (k !== edits && below < above) ? above : below + 1;
}

/** A point at a corner of the box, or outside, splits nothing: then there is nothing in common. */
function insideOf(box: Box, a: number, b: number): Point | null {
  const isCorner = (a === box.aStart && b === box.bStart) || (a === box.aEnd && b === box.bEnd);
  const isOutside = a < box.aStart || a > box.aEnd || b < box.bStart || b > box.bEnd;
  return isCorner || isOutside ? null : { a, b };
}

function editsOf(
  before: readonly string[],
  after: readonly string[],
  { isKeptA, isKeptB }: Texts,
): LineEdit[] {
  const edits: LineEdit[] = [];
  let b = 0;
  for (const [a, line] of before.entries()) {
    if (isKeptA[a] === 0) {
      edits.push({ mark: '-', line });
      continue;
    }
    for (; isKeptB[b] === 0; b += 1) edits.push({ mark: '+', line: after[b]! });
    edits.push({ mark: ' ', line });
    b += 1;
  }
  for (; b < after.length; b += 1) edits.push({ mark: '+', line: after[b]! });
  return edits;
}
