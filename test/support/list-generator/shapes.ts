import * as neighbours from './shapes-of-neighbours.ts';
import * as postings from './shapes-of-postings.ts';
import * as revisions from './shapes-of-revisions.ts';
import type { Topic } from './topic.ts';

/** What a topic can be. */
export interface Shape {
  readonly name: string;
  /** How often it stands in a deck of all. */
  readonly weight: number;
  /** Sends the topic's postings; answers come later. */
  readonly send: (topic: Topic) => void;
}

export const shapes: readonly Shape[] = [
  { name: 'cover-shallow', weight: 6, send: postings.coverShallow },
  { name: 'cover-deep', weight: 2, send: postings.coverDeep },
  { name: 'patches-shallow', weight: 3, send: postings.patchesShallow },
  { name: 'patches-chained', weight: 2, send: postings.patchesChained },
  { name: 'single-patch', weight: 6, send: postings.singlePatch },
  { name: 'unthreaded', weight: 2, send: postings.unthreaded },
  { name: 'unthreaded-twice', weight: 1, send: postings.unthreadedTwice },
  { name: 'cover-afterwards', weight: 1, send: postings.coverAfterwards },
  { name: 'extra-patch', weight: 1, send: postings.extraPatch },
  { name: 'pull-request', weight: 1, send: postings.pullRequest },
  { name: 'pull-request-with-patches', weight: 1, send: postings.pullRequestWithPatches },
  { name: 'talk-only', weight: 2, send: postings.talkOnly },
  { name: 'revision-below-cover', weight: 2, send: revisions.revisionBelowCover },
  { name: 'revision-in-new-thread', weight: 3, send: revisions.revisionInNewThread },
  { name: 'revision-below-last-patch', weight: 1, send: revisions.revisionBelowLastPatch },
  { name: 'revision-without-cover', weight: 1, send: revisions.revisionWithoutCover },
  { name: 'revision-beside-cover', weight: 1, send: revisions.revisionBesideCover },
  { name: 'revision-parallel', weight: 1, send: revisions.revisionParallel },
  { name: 'revision-of-single', weight: 2, send: revisions.revisionOfSingle },
  { name: 'version-on-cover-only', weight: 2, send: revisions.versionOnCoverOnly },
  { name: 'partial-reroll', weight: 1, send: revisions.partialReroll },
  { name: 'resent', weight: 1, send: neighbours.resent },
  { name: 'resent-patch', weight: 1, send: neighbours.resentPatch },
  { name: 'missing-patch-later', weight: 1, send: neighbours.missingPatchLater },
  { name: 'below-anothers-patch', weight: 1, send: neighbours.belowAnothersPatch },
  { name: 'follow-up', weight: 1, send: neighbours.followUp },
  { name: 'bridged', weight: 1, send: neighbours.bridged },
];
