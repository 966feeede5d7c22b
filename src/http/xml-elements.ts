/** An element without attributes; `text` is all text directly in it. */
export interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/** No call nests deeper. */
const maxDepth = 32;

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/**
 * The root element of an XML document; null when it is not well-formed, nests deeper than 32, or uses what a call has no
 * need of: a document type, entities of its own, attributes, CDATA. In one pass, without recursion.
 */
export function readXml(text: string): XmlElement | null {
  if (text.includes('\0')) return null;
  const root: XmlElement = { name: '', children: [], text: '' };
  const open = [root];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('<', at);
    const plain = unescaped(text.slice(at, start === -1 ? undefined : start));
    const parent = open.at(-1);
    if (plain === null || parent === undefined) return null;
    parent.text += plain;
    if (start === -1) break;
    const end = markupEnd(text, start);
    if (end === -1 || !applyTag(open, text.slice(start + 1, end))) return null;
    at = end + 1;
  }
  const [only, ...more] = root.children;
  const isWhole = open.length === 1 && more.length === 0 && root.text.trim() === '';
  return isWhole && only !== undefined ? only : null;
}

/** Where the ">" of the markup that begins at `start` is. */
function markupEnd(text: string, start: number): number {
  if (!text.startsWith('<!--', start)) return text.indexOf('>', start);
  const end = text.indexOf('-->', start + 4);
  return end === -1 ? -1 : end + 2;
}

/** Opens or closes an element: "int", "/int", "nil/"; false for anything that must not be there. */
function applyTag(open: XmlElement[], tag: string): boolean {
  if (tag.startsWith('!--')) return true;
  if (tag.startsWith('?')) return tag.startsWith('?xml ') && open.length === 1;
  const parts = /^(\/?)([A-Za-z][A-Za-z0-9.:_-]{0,63})[ \t\r\n]*(\/?)$/.exec(tag);
  if (parts === null) return false;
  const [, closes = '', name = '', isEmpty = ''] = parts;
  if (closes !== '') return isEmpty === '' && open.length > 1 && open.pop()?.name === name;
  if (open.length > maxDepth) return false;
  const element: XmlElement = { name, children: [], text: '' };
  open.at(-1)?.children.push(element);
  if (isEmpty === '') open.push(element);
  return true;
}

/** Text with its references resolved; null with one that XML itself does not know. */
function unescaped(text: string): string | null {
  if (!text.includes('&')) return text;
  let isKnown = true;
  const plain = text.replace(/&([^;&]{0,10});?/g, (reference, name: string) => {
    const found = reference.endsWith(';') ? characterOf(name) : null;
    isKnown &&= found !== null;
    return found ?? '';
  });
  return isKnown ? plain : null;
}

function characterOf(name: string): string | null {
  const numeric = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (numeric === null) return Object.hasOwn(entities, name) ? (entities[name] ?? null) : null;
  const [, hex, decimal] = numeric;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const isScalar = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isScalar ? String.fromCodePoint(code) : null;
}
