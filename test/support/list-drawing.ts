import { subjectFacts } from '../../src/message/subject.ts';
import type { MessageRole } from '../../src/message/message-facts.ts';
import type { Placeable } from '../../src/series/submission.ts';
import type { NodeId } from '../../src/thread/known-message.ts';

/** A message as a drawing shows it. */
export interface DrawnMessage extends Placeable {
  readonly subject: string;
  /** Letter of the series that it must be in; null for "-". */
  readonly letter: string | null;
}

/**
 * The messages of a list that is drawn as an indented tree, one a line, deeper meaning an answer:
 *
 *     A  [PATCH v2 0/1] mm: fix a leak
 *     A    [PATCH v2 1/1] mm: free the page   | +90s @bob
 *     -      Re: [PATCH v2 1/1] mm: free it
 *
 * First the letter of the series that the message must be in, or "-"; last, after "|", its options:
 * - "@bob": who sent it; else ann.
 * - "+90s", "+5m", "+2h", "+3d", "-5m": after the line above; else "+1s". "undated": no date.
 * - "lost": others refer to it, but it never came.
 * - "text": without a diff. "pull": asks to pull.
 * - "parent-only": it names its parent, but not the ancestors.
 * - "<id@host>": its message-id; else "<LINE@list>".
 * - "also <id@host>": one more reference, after all others.
 */
export function drawnList(drawing: string): DrawnMessage[] {
  const nodeOf = nodeNumbers();
  const lines = drawnLines(drawing);
  return lines
    .filter((line) => !line.options.has('lost'))
    .map((line) => messageOf(line, lines, nodeOf));
}

/** Gives each message-id a node of its own, the same for the same one. */
export function nodeNumbers(): (messageId: string) => NodeId {
  const nodes = new Map<string, NodeId>();
  return (messageId) => {
    const node = nodes.get(messageId) ?? asNodeId(nodes.size + 1);
    nodes.set(messageId, node);
    return node;
  };
}

/** A node of a test, which has no database that would number it. */
export function asNodeId(number: number): NodeId {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the number is all there is to it
  return number as NodeId;
}

interface DrawnLine {
  readonly messageId: string;
  readonly letter: string;
  readonly depth: number;
  readonly subject: string;
  readonly options: ReadonlySet<string>;
  readonly also: readonly string[];
  readonly dateMs: number;
  readonly parent: DrawnLine | null;
}

const firstDateMs = Date.parse('2024-03-01T10:00:00Z');

function drawnLines(drawing: string): DrawnLine[] {
  const lines: DrawnLine[] = [];
  for (const text of drawing.split('\n').filter((line) => line.trim() !== '')) {
    const [, start = '', letter = '', gap = '', subject = '', options = ''] =
      /^( *)(\S+)( +)(.*?)(?: +\| (.*))?$/.exec(text) ?? [];
    const depth = start.length + letter.length + gap.length;
    const words = options.split(' ').filter((word) => word !== '');
    const number = String(lines.length + 1).padStart(2, '0');
    const ids = words.filter((word) => word.startsWith('<'));
    const also = ids.filter((id) => words[words.indexOf(id) - 1] === 'also');
    lines.push({
      messageId: ids.find((id) => !also.includes(id)) ?? `<${number}@list>`,
      letter,
      depth,
      subject,
      options: new Set(words),
      also,
      dateMs: (lines.at(-1)?.dateMs ?? firstDateMs) + stepMs(words),
      parent: lines.findLast((line) => line.depth < depth) ?? null,
    });
  }
  return lines;
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function stepMs(words: readonly string[]): number {
  const [, sign = '+', count = '1', unit = 's'] =
    words.map((word) => /^([+-])([0-9]+)([smhd])$/.exec(word)).find((found) => found !== null) ??
    [];
  return Number(`${sign}${count}`) * (unitMs[unit] ?? 0);
}

function messageOf(
  line: DrawnLine,
  lines: readonly DrawnLine[],
  nodeOf: (messageId: string) => NodeId,
): DrawnMessage {
  const { options, subject, messageId } = line;
  const facts = subjectFacts(subject, 'list');
  const author = [...options].find((word) => word.startsWith('@')) ?? '@ann';
  const second = lines.filter((other) => other.messageId === messageId).indexOf(line);
  const references = [...ancestorIds(line), ...line.also].filter((id) => id !== messageId);
  return {
    node: nodeOf(messageId),
    messageId,
    references: [...new Set(references)].map(nodeOf),
    date: options.has('undated') ? null : isoSeconds(line.dateMs),
    contentKey: String(second).padStart(2, '0'),
    role: roleOf(facts, options),
    subject,
    letter: line.letter === '-' ? null : line.letter,
    name: facts.name,
    prefixes: facts.prefixes,
    version: facts.version,
    versionInferred: facts.versionInferred,
    number: facts.number,
    total: facts.total,
    submitterEmail: `${author.slice(1)}@example.org`,
  };
}

/** Closest first. */
function ancestorIds(line: DrawnLine): string[] {
  const ids: string[] = [];
  for (let above = line.parent; above !== null; above = above.parent) {
    ids.push(above.messageId);
    if (line.options.has('parent-only')) break;
  }
  return ids;
}

function roleOf(
  facts: { readonly isReply: boolean; readonly number: number | null },
  options: ReadonlySet<string>,
): MessageRole {
  if (facts.isReply || options.has('text')) return 'discussion';
  if (options.has('pull')) return 'pull-request';
  return facts.number === 0 ? 'cover' : 'patch';
}

function isoSeconds(dateMs: number): string {
  return new Date(dateMs).toISOString().replace('.000Z', 'Z');
}
