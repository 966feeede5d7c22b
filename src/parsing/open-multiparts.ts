/** A multipart, or a message inside of one, whose parts are being read. */
interface OpenMultipart {
  /** null for a message inside of a message, which no boundary ends. */
  readonly boundary: string | null;
  readonly isDigest: boolean;
  /** Depth that the same boundary already had: a sloppy mailer used it twice. */
  readonly shadowedDepth: number | undefined;
}

/** The multiparts that are open at one place of a message, outermost first. */
export interface OpenMultiparts {
  readonly wire: string;
  readonly stack: OpenMultipart[];
  readonly depthOf: Map<string, number>;
}

/** A line that begins or ends a part. */
export interface BoundaryLine {
  /** Place of its multipart in the stack. */
  readonly depth: number;
  readonly isClosing: boolean;
  readonly start: number;
  /** Offset after its newline. */
  readonly end: number;
}

/** RFC 2046 allows 70; some mailers write more. */
const maxBoundaryLength = 1000;

/** No multipart open yet. */
export function noMultiparts(wire: string): OpenMultiparts {
  return { wire, stack: [], depthOf: new Map() };
}

/** Opens a multipart (or, with boundary null, a message inside of a message) in the innermost open one. */
export function openMultipart(
  open: OpenMultiparts,
  boundary: string | null,
  isDigest: boolean,
): void {
  const { stack, depthOf } = open;
  const shadowedDepth = boundary === null ? undefined : depthOf.get(boundary);
  if (boundary !== null) depthOf.set(boundary, stack.length);
  stack.push({ boundary, isDigest, shadowedDepth });
}

/** Closes all open multiparts but the outermost `depth`. */
export function closeMultiparts(open: OpenMultiparts, depth: number): void {
  const { stack, depthOf } = open;
  while (stack.length > depth) {
    const { boundary = null, shadowedDepth } = stack.pop() ?? {};
    if (boundary === null) continue;
    if (shadowedDepth === undefined) depthOf.delete(boundary);
    else depthOf.set(boundary, shadowedDepth);
  }
}

/**
 * The boundary of an open multipart that stands on a line, given by its offsets without the newline; null when the line is none.
 * Source: RFC 2046 section 5.1.1.
 */
export function boundaryOnLine(
  { wire, depthOf }: OpenMultiparts,
  start: number,
  lineEnd: number,
): BoundaryLine | null {
  if (depthOf.size === 0 || !wire.startsWith('--', start)) return null;
  if (lineEnd - start > maxBoundaryLength) return null;
  const label = wire.slice(start + 2, lineEnd).trimEnd();
  const end = Math.min(lineEnd + 1, wire.length);
  const opening = depthOf.get(label);
  if (opening !== undefined) return { depth: opening, isClosing: false, start, end };
  const closing = label.endsWith('--') ? depthOf.get(label.slice(0, -2)) : undefined;
  return closing === undefined ? null : { depth: closing, isClosing: true, start, end };
}

/** Offset of the next line that begins with two dashes, after the one at an offset; -1 when none comes. */
function nextDashes(wire: string, from: number): number {
  const newline = wire.indexOf('\n--', from);
  return newline === -1 ? -1 : newline + 1;
}

/** The first boundary line of any open multipart at or after the beginning of a line; null when none comes. Linear. */
export function nextBoundary(open: OpenMultiparts, from: number): BoundaryLine | null {
  const { wire, depthOf } = open;
  if (depthOf.size === 0) return null;
  let start = wire.startsWith('--', from) ? from : nextDashes(wire, from);
  while (start !== -1) {
    const newline = wire.indexOf('\n', start);
    const boundary = boundaryOnLine(open, start, newline === -1 ? wire.length : newline);
    if (boundary !== null || newline === -1) return boundary;
    start = nextDashes(wire, newline);
  }
  return null;
}
