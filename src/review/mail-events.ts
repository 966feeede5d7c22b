/** Where a message stands among the others of its list, as far as the feed tells of it. */
export interface FeedPlace<Id extends number> {
  readonly kind: 'patch' | 'pull-request' | 'cover' | 'comment' | 'other';
  /** What it comments on. */
  readonly target: Id | null;
  readonly seriesId: number | null;
  /** 0 for a cover letter. */
  readonly seriesNumber: number | null;
}

/** A message before and after a change. */
export interface MessageChange<Id extends number> {
  readonly id: Id;
  /** null: it is new. */
  readonly before: FeedPlace<Id> | null;
  /** null: it is gone. */
  readonly after: FeedPlace<Id> | null;
  /** What is found to be wrong with it that was not found before: ["date-missing"]. */
  readonly newFlags: readonly string[];
}

/** A series that is there after a change. */
export interface SeriesChange {
  readonly id: number;
  readonly key: string;
  readonly isNew: boolean;
  /** Keys that named it, or a series that it took in, until the change. */
  readonly formerKeys: readonly string[];
  readonly wasComplete: boolean;
  readonly isComplete: boolean;
}

/** A series that is known to have a newer version since the change. */
export interface Supersession {
  readonly seriesId: number;
  /** The newer one. */
  readonly by: number;
  readonly kind: 'revision' | 'partial' | 'resend';
}

/** What mail, or what somebody said of it, changed on one list. */
export interface MailChange<Id extends number> {
  /** New messages in the order in which they came, and all that moved; all members of `series`, before and after. */
  readonly messages: readonly MessageChange<Id>[];
  readonly series: readonly SeriesChange[];
  readonly supersessions: readonly Supersession[];
  /** Whether what is commented on is a cover letter. */
  readonly isCover: (target: Id) => boolean;
}

export type MailEventCategory =
  | 'cover-created'
  | 'patch-created'
  | 'cover-comment-created'
  | 'patch-comment-created'
  | 'message-flagged'
  | 'series-created'
  | 'series-rekeyed'
  | 'series-superseded'
  | 'patch-completed'
  | 'series-completed';

/** What became true, by the row numbers of what it is about. */
export interface MailEvent<Id extends number> {
  readonly category: MailEventCategory;
  readonly patch?: Id;
  readonly cover?: Id;
  readonly comment?: Id;
  readonly seriesId?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * What a change made true, in the order in which a reader is to hear of it: patches and cover letters, comments, new
 * series, other keys, newer versions, and for each series its patches that have all before them, then that it is
 * complete: whoever hears that can read all of it. A message is said to be created when it becomes a patch, cover letter
 * or comment; whether that was said at an earlier time is not looked at.
 */
export function mailEvents<Id extends number>(change: MailChange<Id>): MailEvent<Id>[] {
  const created = change.messages.filter(isCreated);
  const comments = created.filter(({ after }) => after?.kind === 'comment');
  const submissions = created.filter(({ after }) => after?.kind !== 'comment');
  const others = change.messages.filter((message) => !isCreated(message));
  const series = change.series.toSorted((a, b) => a.id - b.id);
  const members = patchesOfSeries(change.messages);
  return [
    ...[...submissions, ...comments, ...others].flatMap((message) => [
      ...createdEvents(message, change.isCover),
      ...flaggedEvents(message, change.isCover),
    ]),
    ...series.flatMap(({ id, isNew }) =>
      isNew ? [{ category: 'series-created' as const, seriesId: id }] : [],
    ),
    ...series.flatMap(rekeyedEvents),
    ...change.supersessions.map(supersededEvent),
    ...series.flatMap((one) => completionEvents(one, members.get(one.id))),
  ];
}

/** Patches and pull requests are one: a reader of the API sees both as patches. */
function roleOf(place: FeedPlace<number> | null): 'patch' | 'cover' | 'comment' | null {
  if (place === null || place.kind === 'other') return null;
  return place.kind === 'pull-request' ? 'patch' : place.kind;
}

function isCreated({ before, after }: MessageChange<number>): boolean {
  const role = roleOf(after);
  return role !== null && role !== roleOf(before);
}

function createdEvents<Id extends number>(
  message: MessageChange<Id>,
  isCover: (target: Id) => boolean,
): MailEvent<Id>[] {
  if (!isCreated(message)) return [];
  const about = subjectOf(message, isCover);
  if (message.after?.kind !== 'comment') {
    return [{ category: about.cover === undefined ? 'patch-created' : 'cover-created', ...about }];
  }
  const category = about.cover === undefined ? 'patch-comment-created' : 'cover-comment-created';
  return [{ category, ...about }];
}

/** The columns that name a message: its own, and of a comment also those of what it is on. */
function subjectOf<Id extends number>(
  { id, after }: MessageChange<Id>,
  isCover: (target: Id) => boolean,
): Pick<MailEvent<Id>, 'patch' | 'cover' | 'comment'> {
  const role = roleOf(after);
  if (role === 'patch') return { patch: id };
  if (role === 'cover') return { cover: id };
  const target = after?.target ?? null;
  if (role === null || target === null) return { comment: id };
  return isCover(target) ? { cover: target, comment: id } : { patch: target, comment: id };
}

function flaggedEvents<Id extends number>(
  message: MessageChange<Id>,
  isCover: (target: Id) => boolean,
): MailEvent<Id>[] {
  const { after, newFlags: flags } = message;
  if (after === null || flags.length === 0) return [];
  return [{ category: 'message-flagged', ...subjectOf(message, isCover), details: { flags } }];
}

function rekeyedEvents(series: SeriesChange): MailEvent<never>[] {
  return series.formerKeys.map((key) => ({
    category: 'series-rekeyed',
    seriesId: series.id,
    details: { previous_key: key, current_key: series.key },
  }));
}

function supersededEvent({ seriesId, by, kind }: Supersession): MailEvent<never> {
  return { category: 'series-superseded', seriesId, details: { by, kind } };
}

interface NumberedPatch<Id extends number> {
  readonly id: Id;
  readonly number: number;
}

interface SeriesPatches<Id extends number> {
  readonly before: NumberedPatch<Id>[];
  readonly after: NumberedPatch<Id>[];
}

/** The patches of each series; a cover letter, also one that is a pull request, is none. */
function patchesOfSeries<Id extends number>(
  messages: readonly MessageChange<Id>[],
): Map<number, SeriesPatches<Id>> {
  const patchesOf = new Map<number, SeriesPatches<Id>>();
  const add = (when: keyof SeriesPatches<Id>, id: Id, place: FeedPlace<Id> | null): void => {
    const { seriesId = null, seriesNumber = null } = place ?? {};
    if (roleOf(place) !== 'patch' || seriesId === null || seriesNumber === null) return;
    if (seriesNumber < 1) return;
    const patches = patchesOf.get(seriesId) ?? { before: [], after: [] };
    patches[when].push({ id, number: seriesNumber });
    patchesOf.set(seriesId, patches);
  };
  for (const { id, before, after } of messages) {
    add('before', id, before);
    add('after', id, after);
  }
  return patchesOf;
}

function completionEvents<Id extends number>(
  { id: seriesId, wasComplete, isComplete }: SeriesChange,
  patches: SeriesPatches<Id> | undefined,
): MailEvent<Id>[] {
  if (patches === undefined) return [];
  const before = new Set(withAllBefore(patches.before).map(({ id }) => id));
  const completed = withAllBefore(patches.after)
    .filter(({ id }) => !before.has(id))
    .toSorted((a, b) => a.number - b.number)
    .map(({ id }): MailEvent<Id> => ({ category: 'patch-completed', patch: id, seriesId }));
  const isNewlyComplete = isComplete && (!wasComplete || !holdsTheSame(patches));
  return isNewlyComplete ? [...completed, { category: 'series-completed', seriesId }] : completed;
}

/** The patches from 1 to the first number that is missing. */
function withAllBefore<Id extends number>(
  patches: readonly NumberedPatch<Id>[],
): NumberedPatch<Id>[] {
  const numbers = new Set(patches.map(({ number }) => number));
  let missing = 1;
  while (numbers.has(missing)) missing += 1;
  return patches.filter(({ number }) => number < missing);
}

function holdsTheSame({ before, after }: SeriesPatches<number>): boolean {
  const former = new Set(before.map(({ id }) => id));
  return former.size === after.length && after.every(({ id }) => former.has(id));
}
