/** One header field in wire form: one character a byte. */
export interface WireField {
  readonly name: string;
  readonly value: string;
}

/** The header of a message or part. */
export interface HeaderBlock {
  readonly fields: readonly WireField[];
  /** Offset of the body. */
  readonly bodyStart: number;
  /** Whether it goes on beyond what was examined. */
  readonly isLimited: boolean;
}

/** Octets of one header block that are examined. */
export const maxHeaderOctets = 256 * 1024;

const tab = 9;
const space = 32;
const colon = 58;

/** Offset of the colon that ends the field name at an offset; -1 when the line is no field. */
function fieldColon(wire: string, lineStart: number): number {
  let at = lineStart;
  let code = wire.charCodeAt(at);
  while (code > space && code < 127 && code !== colon) {
    at += 1;
    code = wire.charCodeAt(at);
  }
  if (at === lineStart) return -1;
  // Blanks before the colon are an obsolete form: RFC 5322 section 4.5.
  while (code === space || code === tab) {
    at += 1;
    code = wire.charCodeAt(at);
  }
  return code === colon ? at : -1;
}

function withoutLeadingBlanks(wire: string, start: number, end: number): string {
  let at = start;
  while (at < end && (wire.charCodeAt(at) === space || wire.charCodeAt(at) === tab)) at += 1;
  const last = wire[end - 1] === '\r' ? end - 1 : end;
  return wire.slice(at, last);
}

/** Separator lines that mailbox files put before or amid the fields. */
function isMailboxLine(wire: string, lineStart: number): boolean {
  return wire.startsWith('From ', lineStart) || wire.startsWith('>From ', lineStart);
}

function isBlankLine(wire: string, lineStart: number, lineEnd: number): boolean {
  return lineStart === lineEnd || (lineEnd === lineStart + 1 && wire[lineStart] === '\r');
}

/** Body of a message whose header is too long to examine: after the next blank line. */
function bodyAfter(wire: string, at: number): number {
  const blank = wire.indexOf('\n\n', at);
  return blank === -1 ? wire.length : blank + 2;
}

/** A header while its lines are read. */
interface HeaderDraft {
  readonly fields: WireField[];
  name: string;
  /** Offset of the open field's value; -1 when none is open. */
  valueStart: number;
}

function endField(wire: string, draft: HeaderDraft, end: number): void {
  const { fields, name, valueStart } = draft;
  if (valueStart !== -1) fields.push({ name, value: withoutLeadingBlanks(wire, valueStart, end) });
  draft.valueStart = -1;
}

/** Opens the field whose line begins at an offset; false when the line is none and so belongs to the body. */
function openField(wire: string, draft: HeaderDraft, lineStart: number): boolean {
  const colonAt = fieldColon(wire, lineStart);
  if (colonAt === -1) return isMailboxLine(wire, lineStart);
  draft.name = wire.slice(lineStart, colonAt).trimEnd();
  draft.valueStart = colonAt + 1;
  return true;
}

/**
 * The header that begins at an offset: fields in order with repeats, folds kept as "\n" and blanks. It ends at a blank line, and without one at the first line
 * that is no field or at a line for which `isBoundary` holds: these are body. Beyond 256 KiB it is not examined. Linear, never throws.
 * Source: RFC 5322 section 2.2.
 */
export function headerBlock(
  wire: string,
  start: number,
  isBoundary: (lineStart: number, lineEnd: number) => boolean,
): HeaderBlock {
  const draft: HeaderDraft = { fields: [], name: '', valueStart: -1 };
  const { fields } = draft;
  const limit = start + maxHeaderOctets;
  let at = start;
  while (at < wire.length && at < limit) {
    const newline = wire.indexOf('\n', at);
    const lineEnd = newline === -1 ? wire.length : newline;
    const code = wire.charCodeAt(at);
    const isFold = (code === space || code === tab) && draft.valueStart !== -1;
    if (!isFold) {
      endField(wire, draft, at - 1);
      if (isBlankLine(wire, at, lineEnd)) {
        return { fields, bodyStart: Math.min(lineEnd + 1, wire.length), isLimited: false };
      }
      if (isBoundary(at, lineEnd) || !openField(wire, draft, at)) {
        return { fields, bodyStart: at, isLimited: false };
      }
    }
    at = lineEnd + 1;
  }
  endField(wire, draft, Math.min(at - 1, limit, wire.length));
  const isLimited = at >= limit;
  return { fields, bodyStart: isLimited ? bodyAfter(wire, at - 1) : wire.length, isLimited };
}

/** Value of the first field of a name (lower case); null when there is none. */
export function firstValue(fields: readonly WireField[], lowerCaseName: string): string | null {
  const field = fields.find(
    ({ name }) => name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName,
  );
  return field?.value ?? null;
}
