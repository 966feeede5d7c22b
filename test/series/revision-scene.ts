import { subjectFacts } from '../../src/message/subject.ts';
import { revisionCandidates } from '../../src/series/revision-keys.ts';
import { predecessorOf } from '../../src/series/revision-predecessor.ts';
import type { Predecessor } from '../../src/series/revision-predecessor.ts';
import { revisionSeries } from '../../src/series/revision-series.ts';
import type { RevisionMember, RevisionSeries } from '../../src/series/revision-series.ts';

/** What is not as usual in a posting of a scene. */
export interface PostingOptions {
  /** Day of January 2020; 1 where not said. */
  readonly day?: number;
  readonly submitter?: string | null;
  readonly submitterName?: string;
  /** Message-ids that the member with this number answers. */
  readonly answers?: Readonly<Record<number, readonly string[]>>;
  /** Change of each patch by number; patches with one and the same have the same patch-id. */
  readonly changes?: Readonly<Record<number, string>>;
  readonly paths?: Readonly<Record<number, readonly string[]>>;
  readonly changeIds?: readonly string[];
  readonly supersedes?: readonly string[];
  readonly role?: RevisionMember['role'];
}

/** Message-id of a member of a scene's posting: ("v1", 2) -> "<v1.2@example.com>" */
export function idOf(name: string, number: number): string {
  return `<${name}.${number}@example.com>`;
}

/**
 * A posting of a scene by the subjects of its members. Each patch has a change of its own and touches a file that is
 * named after its title, where the options do not say otherwise.
 */
export function posting(
  name: string,
  subjects: readonly string[],
  options: PostingOptions = {},
): RevisionSeries {
  const facts = subjects.map((subject) => subjectFacts(subject, 'list'));
  const members = facts.map((subject, index): RevisionMember => {
    const number = subject.number ?? 1;
    const title = subjects[index]!.slice(subjects[index]!.lastIndexOf(']') + 1).trim();
    const change = options.changes?.[number] ?? `${name} ${number}`;
    return {
      messageId: idOf(name, number),
      contentKey: name,
      date: `2020-01-${String(options.day ?? 1).padStart(2, '0')}T00:00:0${index}Z`,
      number,
      role: options.role ?? (number === 0 ? 'cover' : 'patch'),
      name: subject.name,
      prefixes: subject.prefixes,
      isNumbered: subject.number !== null,
      submitterName: options.submitterName ?? null,
      submitterEmail: options.submitter === undefined ? 'a@example.com' : options.submitter,
      answers: options.answers?.[number] ?? [],
      patchId: number === 0 ? null : change,
      hash: number === 0 ? null : change,
      paths: options.paths?.[number] ?? [title],
      changeIds: options.changeIds ?? [],
      supersedes: options.supersedes ?? [],
    };
  });
  const [first] = facts;
  return revisionSeries(
    { listId: 'list.example.com', version: first!.version, total: first!.total ?? 1 },
    members,
  );
}

/** Predecessors in a whole set, by name of the posting: { v2: "v1 revision" }; those without one left out. */
export function histories(series: readonly RevisionSeries[]): Record<string, string> {
  const found = predecessors(series);
  const named = [...found].flatMap(([one, predecessor]) =>
    predecessor === null
      ? []
      : [[nameOf(one), `${nameOf(predecessor.series)} ${predecessor.kind}`] as const],
  );
  return Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function predecessors(
  series: readonly RevisionSeries[],
): Map<RevisionSeries, Predecessor | null> {
  const candidates = revisionCandidates(series);
  return new Map(series.map((one) => [one, predecessorOf(one, candidates.get(one)!)]));
}

function nameOf({ key }: RevisionSeries): string {
  return key.slice(1, key.lastIndexOf('.', key.indexOf('@')));
}
