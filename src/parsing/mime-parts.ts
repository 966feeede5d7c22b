import { headerBlock, type HeaderBlock } from './header-block.ts';
import { mediaType, type MediaType } from './media-type.ts';
import {
  boundaryOnLine,
  closeMultiparts,
  nextBoundary,
  noMultiparts,
  openMultipart,
  type BoundaryLine,
  type OpenMultiparts,
} from './open-multiparts.ts';

/** One leaf of a MIME tree, still encoded. */
export interface MimePart {
  readonly mediaType: MediaType;
  /** One character a byte, without the newline that belongs to the boundary after it. */
  readonly payload: string;
}

/** The leaves of a message's MIME tree, in order. */
export interface MimeTree {
  readonly parts: readonly MimePart[];
  /** Whether there are more parts, or deeper ones, than are read. */
  readonly isLimited: boolean;
  /** Whether a multipart had no boundary; its text is given as text/plain. */
  readonly isBroken: boolean;
}

const maxEntities = 1000;
const maxDepth = 100;

/** A walk through the entities of a message, outermost first. */
interface MimeWalk {
  readonly open: OpenMultiparts;
  readonly parts: MimePart[];
  isLimited: boolean;
  isBroken: boolean;
}

/** Message types whose content is a message that is read as if it stood there itself. */
function isMessageInside({ contentType, transferEncoding }: MediaType): boolean {
  if (!contentType.startsWith('message/') || contentType === 'message/delivery-status')
    return false;
  return transferEncoding !== 'base64' && transferEncoding !== 'quoted-printable';
}

/** Adds the leaf whose payload begins at an offset; the boundary line that ends it. */
function takeLeaf(walk: MimeWalk, type: MediaType, start: number): BoundaryLine | null {
  const { open, parts } = walk;
  const boundary = nextBoundary(open, start);
  const end = boundary === null ? open.wire.length : Math.max(start, boundary.start - 1);
  parts.push({ mediaType: type, payload: open.wire.slice(start, end) });
  return boundary;
}

/** Reads a multipart up to its first boundary line. One without any is a leaf of text: better odd text than lost text. */
function takeMultipart(walk: MimeWalk, type: MediaType, start: number): BoundaryLine | null {
  const { open } = walk;
  const depth = open.stack.length;
  const label = type.boundary?.trimEnd() ?? '';
  if (label !== '') {
    openMultipart(open, label, type.contentType === 'multipart/digest');
    const boundary = nextBoundary(open, start);
    if (boundary !== null && boundary.depth >= depth) return boundary;
    closeMultiparts(open, depth);
  }
  walk.isBroken = true;
  return takeLeaf(walk, { ...type, contentType: 'text/plain' }, start);
}

/** Offset of the next part's header after a boundary line, once those that close a multipart are passed; null at the end of the last. */
function nextPartStart(walk: MimeWalk, after: BoundaryLine | null): number | null {
  let boundary = after;
  while (boundary !== null) {
    const { depth, isClosing, end } = boundary;
    closeMultiparts(walk.open, isClosing ? depth : depth + 1);
    if (!isClosing) return end;
    boundary = nextBoundary(walk.open, end);
  }
  return null;
}

/** Reads the entity whose header is given; offset of the next one's header, null when it was the last. */
function takeEntity(walk: MimeWalk, header: HeaderBlock, defaultType: string): number | null {
  const { open } = walk;
  const type = mediaType(header.fields, defaultType);
  const isMessage = isMessageInside(type);
  const isMultipart = type.contentType.startsWith('multipart/');
  if ((isMessage || isMultipart) && open.stack.length >= maxDepth) {
    walk.isLimited = true;
    return nextPartStart(walk, nextBoundary(open, header.bodyStart));
  }
  if (isMessage) {
    openMultipart(open, null, false);
    return header.bodyStart;
  }
  const take = isMultipart ? takeMultipart : takeLeaf;
  return nextPartStart(walk, take(walk, type, header.bodyStart));
}

/**
 * The leaves of a message's MIME tree at any depth, also inside of attached messages, in order. `wire` holds one character a byte, line ends LF;
 * `header` is its header. At most 1000 entities and depth 100 are read. Without recursion, linear, never throws.
 * Source: RFC 2046 section 5; Patchwork's rule R20.
 */
export function mimeTree(wire: string, header: HeaderBlock): MimeTree {
  const open = noMultiparts(wire);
  const walk: MimeWalk = { open, parts: [], isLimited: false, isBroken: false };
  const isBoundary = (start: number, end: number) => boundaryOnLine(open, start, end) !== null;
  let next = takeEntity(walk, header, 'text/plain');
  for (let entityCount = 1; next !== null; entityCount += 1) {
    if (entityCount === maxEntities) {
      walk.isLimited = true;
      break;
    }
    const block = headerBlock(wire, next, isBoundary);
    walk.isLimited ||= block.isLimited;
    const isDigest = open.stack.at(-1)?.isDigest === true;
    next = takeEntity(walk, block, isDigest ? 'message/rfc822' : 'text/plain');
  }
  return walk;
}
