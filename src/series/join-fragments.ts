import { joinComponents } from '../thread/join-components.ts';
import type { NodeId } from '../thread/known-message.ts';
import { singleFragment } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import { joinByEvidence } from './join-by-evidence.ts';
import type { Evidence } from './join-by-evidence.ts';
import { joinToHigherNumbers, joinToLowerNumbers } from './join-by-reference.ts';
import { submitterKey } from './posting-key.ts';
import { sendingRun } from './sending-run.ts';
import { seriesWindowMs } from './series-window.ts';
import type { NumberedSubmission, Submission } from './submission.ts';

/** What the evidence is looked up in. */
export interface KnownSubmissions {
  /** The numbered submission that has a node, with its posting key; undefined when none has. */
  readonly numbered: (node: NodeId) => { submission: Submission; key: string } | undefined;
  /** Whether no message of the list has a node. */
  readonly isGhost: (node: NodeId) => boolean;
}

/**
 * The postings that submissions of one posting key and one neighbourhood form: the strongest evidence joins first.
 * `submissions` are in total order.
 */
export function joinFragments<S extends NumberedSubmission>(
  submissions: readonly S[],
  known: KnownSubmissions,
): Fragment<S>[] {
  const fragmentOf = new Map(
    submissions.map((submission) => [submission, singleFragment(submission, submission.number)]),
  );
  let fragments = joinByEvidence([...fragmentOf.values()], sameRun);
  joinByEvidence(fragments, answeredGhost(known));
  joinToLowerNumbers(fragmentOf);
  fragments = joinByEvidence([...fragmentOf.values()].filter(isWhole), sharedParent);
  if (fragments.length > 1) fragments = joinByEvidence(fragments, sharedGhost(fragments, known));
  joinToHigherNumbers(fragmentOf);
  fragments = joinByEvidence(fragments.filter(isWhole), parallelReplies(known));
  return joinByEvidence(fragments, dateWindow);
}

function isWhole(fragment: Fragment): boolean {
  return fragment.absorbedBy === null;
}

const sameRun: Evidence<Submission> = {
  rule: 'same-run',
  keyOf: ({ start }) => sendingRun(start.submission.messageId),
  spanOf: ({ span }) => span,
  maxGapMs: Number.POSITIVE_INFINITY,
};

const sharedParent: Evidence<Submission> = {
  rule: 'shared-parent',
  keyOf: ({ lowest }) => parentNode(lowest.submission),
  spanOf: ({ span }) => span,
  maxGapMs: Number.POSITIVE_INFINITY,
};

/**
 * Both answer one message that never came. It comes before references to what did come: below a lost cover letter they
 * lead past it, to an earlier posting.
 */
function answeredGhost({ isGhost }: KnownSubmissions): Evidence<Submission> {
  return {
    rule: 'shared-parent',
    keyOf: ({ lowest }) => {
      const parent = parentNode(lowest.submission);
      return parent !== null && isGhost(parent) ? parent : null;
    },
    spanOf: ({ span }) => span,
    maxGapMs: Number.POSITIVE_INFINITY,
  };
}

/** Only messages that never came and that it refers to closer than to any that did. */
function sharedGhost<S extends Submission>(
  fragments: readonly Fragment<S>[],
  { isGhost }: KnownSubmissions,
): Evidence<S> {
  const ghostsOf = new Map(
    fragments.map((fragment) => [
      fragment,
      fragment.members.flatMap(({ submission }) => leadingGhosts(submission, isGhost)),
    ]),
  );
  const groups = joinComponents(ghostsOf.values());
  return {
    rule: 'shared-ghost',
    keyOf: (fragment) => {
      const [ghost] = ghostsOf.get(fragment) ?? [];
      return ghost === undefined ? null : groups.get(ghost)!;
    },
    spanOf: ({ span }) => span,
    maxGapMs: Number.POSITIVE_INFINITY,
  };
}

function leadingGhosts(
  { references }: Submission,
  isGhost: KnownSubmissions['isGhost'],
): readonly NodeId[] {
  const end = references.findIndex((node) => !isGhost(node));
  return end === -1 ? references : references.slice(0, end);
}

/** "[v2 1/2]" answers "[1/2]" while "[v2 2/2]" answers "[2/2]", all of one submitter. */
function parallelReplies({ numbered }: KnownSubmissions): Evidence<Submission> {
  return {
    rule: 'parallel-replies',
    keyOf: ({ lowest: { submission } }) => {
      const parent = parentNode(submission);
      const answered = parent === null ? undefined : numbered(parent);
      if (answered === undefined) return null;
      return submitterKey(answered.submission) === submitterKey(submission) ? answered.key : null;
    },
    spanOf: ({ span }) => span,
    maxGapMs: seriesWindowMs,
  };
}

const dateWindow: Evidence<Submission> = {
  rule: 'date-window',
  keyOf: ({ unthreadedSpan }) => (unthreadedSpan === null ? null : 'unthreaded'),
  spanOf: ({ unthreadedSpan }) => unthreadedSpan,
  maxGapMs: seriesWindowMs,
};

function parentNode(submission: Submission): NodeId | null {
  return submission.references[0] ?? null;
}
