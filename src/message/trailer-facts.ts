import { canonicalKind, namesPerson } from '../patch/trailer-kind.ts';
import { namedPatches, patchesInRemark, type NamedPatches } from '../patch/trailer-scope.ts';
import { trailersInText, type TrailerInText } from '../patch/trailers.ts';
import type { MessageFacts, Person } from './message-facts.ts';
import { trailerPerson } from './trailer-person.ts';

/** A trailer as readers want it. */
export interface TrailerFact {
  /** As it is usually written: "Reviewed-by". */
  readonly kind: string;
  readonly value: string;
  /** Null for kinds that name no person, and where the value is none. */
  readonly person: Person | null;
  /** The patches that a reply names for it; null: it counts for what the message is about. */
  readonly named: NamedPatches | null;
}

/** Mail with more is no review: the rest of its trailers stays in the raw list only. */
const maxTrailers = 1000;

/** Who got a copy is no statement about a patch; what a patch needs below it is a dependency. */
const otherKinds: ReadonlySet<string> = new Set([
  'Cc',
  'base-commit',
  'prerequisite-change-id',
  'prerequisite-message-id',
  'prerequisite-patch-id',
]);

type FactsWithTrailers = Pick<MessageFacts, 'role' | 'content' | 'trailers'>;

/**
 * The trailers of a message that say something about patches, in order: all but Cc, base-commit and the prerequisites; the
 * first 1000 at most. Only replies name patches: in a commit message or cover letter the line above a trailer is part of the
 * description. Linear; never throws.
 */
export function trailerFacts(facts: FactsWithTrailers): TrailerFact[] {
  if (facts.trailers.length === 0) return [];
  return withLinesAbove(facts)
    .filter(({ trailer }) => !otherKinds.has(canonicalKind(trailer.kind)))
    .slice(0, maxTrailers)
    .map(trailerFact);
}

function withLinesAbove({ role, content, trailers }: FactsWithTrailers): TrailerInText[] {
  return role === 'discussion' && content !== null
    ? trailersInText(content)
    : trailers.map((trailer) => ({ trailer, lineAbove: '' }));
}

function trailerFact({ trailer, lineAbove }: TrailerInText): TrailerFact {
  const kind = canonicalKind(trailer.kind);
  const { value } = trailer;
  const named = lineAbove === '' ? null : namedPatches(lineAbove);
  const read = namesPerson(kind) ? trailerPerson(value) : null;
  if (read === null) return { kind, value, person: null, named };
  return { kind, value, person: read.person, named: remarked(read.remark) ?? named };
}

function remarked(remark: string): NamedPatches | null {
  return remark === '' ? null : patchesInRemark(remark);
}
