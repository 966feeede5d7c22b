/** Who asks, as permissions see them; null is nobody who is known. */
export interface Actor {
  readonly id: number;
  readonly isSuperuser: boolean;
  /** Rows in mailing_list of the lists that they maintain. */
  readonly maintains: ReadonlySet<number>;
}

/** What decides who may write a patch or cover letter. */
export interface OwnedSubmission {
  readonly listId: number;
  /** The user who has the submitter's address; null: nobody has. */
  readonly submitterUserId: number | null;
  /** Always null for a cover letter. */
  readonly delegateId: number | null;
}

/** A superuser, or a maintainer of the list. */
export function mayEditProject(actor: Actor | null, listId: number): boolean {
  return actor !== null && (actor.isSuperuser || actor.maintains.has(listId));
}

/** Who may set the state of a patch and give it checks: its submitter, its delegate and whoever may edit the project. */
export function mayEditSubmission(actor: Actor | null, submission: OwnedSubmission): boolean {
  if (actor === null) return false;
  const { submitterUserId, delegateId, listId } = submission;
  return actor.id === submitterUserId || actor.id === delegateId || mayEditProject(actor, listId);
}

/** Who may say whether a comment is taken care of: who wrote it, and whoever may edit what it is about. */
export function mayEditComment(
  actor: Actor | null,
  commenterUserId: number | null,
  target: OwnedSubmission,
): boolean {
  if (actor === null) return false;
  return actor.id === commenterUserId || mayEditSubmission(actor, target);
}

/** Whether somebody may be made the delegate of a list's patches; only its maintainers may. */
export function mayBeDelegate(
  candidate: { readonly maintains: ReadonlySet<number> },
  listId: number,
): boolean {
  return candidate.maintains.has(listId);
}

/** Who may change which patches are related: whoever may edit the projects of all of them, those that leave included. */
export function mayRelate(actor: Actor | null, listIds: readonly number[]): boolean {
  return listIds.every((listId) => mayEditProject(actor, listId));
}

/** Whether somebody sees a bundle; for others it is not there. */
export function maySeeBundle(
  actor: Actor | null,
  bundle: { readonly ownerId: number; readonly isPublic: boolean },
): boolean {
  return bundle.isPublic || mayEditBundle(actor, bundle.ownerId);
}

/** Who may change or delete a bundle: its owner. */
export function mayEditBundle(actor: Actor | null, ownerId: number): boolean {
  return actor !== null && (actor.isSuperuser || actor.id === ownerId);
}

/** Who may change a user: they themselves. */
export function mayEditUser(actor: Actor | null, userId: number): boolean {
  return actor !== null && (actor.isSuperuser || actor.id === userId);
}
