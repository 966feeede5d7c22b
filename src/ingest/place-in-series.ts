import { asciiLowerCase } from '../message/ascii-lower-case.ts';
import type { SeriesChange } from '../review/mail-events.ts';
import { buildSeries } from '../series/build-series.ts';
import type { Series } from '../series/build-series.ts';
import type { SeriesMember } from '../series/fragment.ts';
import { isUnthreaded, seriesWindowMinutes } from '../series/series-window.ts';
import { isNumbered, isSubmission } from '../series/submission.ts';
import type { Submission } from '../series/submission.ts';
import type { Transaction } from '../store/database.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import { findUnthreaded, loadMergedWith, loadSubmissions } from '../store/load-messages.ts';
import type { SubmitterInThread, UnthreadedRange } from '../store/load-messages.ts';
import type { StoredMessage } from '../store/stored-message.ts';
import { drawSeriesIds, loadSeries, writeSeries } from '../store/series.ts';
import type { SeriesRow } from '../store/series.ts';
import { comparedSeries } from './mail-changes.ts';
import type { MessagePool } from './message-pool.ts';
import { observe } from './observations.ts';
import { keptSeriesIds, seriesChanges } from './reconcile-series.ts';

/** What series say of a message's place; null for what is in none. */
export interface SeriesPlace {
  readonly seriesId: number | null;
  readonly membership: SeriesMember | null;
}

export type SeriesPlaces = Map<StoredMessage, SeriesPlace>;

/** Where submissions are now, and their series as the feed compares them. */
export interface PlacedSeries {
  readonly places: SeriesPlaces;
  readonly changes: readonly SeriesChange[];
}

type StoredSubmission = StoredMessage & Submission;

/**
 * Series of these submissions and of all that they may be grouped with: what the same submitters posted to the same
 * threads, and unthreaded submissions near in time, with theirs. Writes the series that changed.
 */
export async function placeInSeries(
  transaction: Transaction,
  list: MailingList,
  pool: MessagePool,
  touched: readonly StoredMessage[],
): Promise<PlacedSeries> {
  const submissions = await loadGroupable(transaction, list, pool, touched);
  if (submissions.length === 0) return { places: new Map(), changes: [] };
  observe({ kind: 'regrouped', submissionCount: submissions.length });
  await pool.lookUpNodes(
    submissions.flatMap((submission) => [submission.node, ...submission.references]),
  );
  const firsts = pool.firsts();
  const series = buildSeries(
    submissions.filter((submission) => firsts.get(submission.node) === submission),
    (node) => !firsts.has(node),
    ({ threadId }) => threadId,
  );
  const storedIdOf = (message: StoredMessage): number | null =>
    pool.placementOf(message)?.seriesId ?? null;
  const storedIds = new Set(submissions.map(storedIdOf).filter((id) => id !== null));
  const stored = await loadSeries(transaction, [...storedIds]);
  const { idOf, changes } = await writeSeriesOf(transaction, list, series, stored, storedIdOf);
  const places: SeriesPlaces = new Map(
    submissions.map((submission) => [submission, { seriesId: null, membership: null }]),
  );
  for (const one of series) {
    for (const membership of one.members) {
      places.set(membership.submission, { seriesId: idOf.get(one)!, membership });
    }
  }
  return { places, changes };
}

/** `touched`, and what they may be grouped with, until nothing new is found. */
async function loadGroupable(
  transaction: Transaction,
  list: MailingList,
  pool: MessagePool,
  touched: readonly StoredMessage[],
): Promise<StoredSubmission[]> {
  const found = new Set<StoredSubmission>();
  const reached = new Set<string>();
  let arrivals = touched.filter((message) => isSubmission(message));
  let pairs = unreached(pairsOf(arrivals), reached);
  while (arrivals.length > 0) {
    const loaded = pool
      .add(await loadSubmissions(transaction, pairs))
      .filter((message) => isSubmission(message));
    const fresh = [...new Set([...arrivals, ...loaded])].filter((one) => !found.has(one));
    for (const submission of fresh) found.add(submission);
    const neighbours = await findUnthreaded(
      transaction,
      list.id,
      rangesOf(fresh),
      seriesWindowMinutes,
    );
    pairs = unreached([...neighbours, ...(await mergedPairs(transaction, pool, fresh))], reached);
    arrivals = pairs.length === 0 ? [] : fresh;
  }
  return [...found];
}

/** Where there are submissions that operators merged with these, or these with. */
async function mergedPairs(
  transaction: Transaction,
  pool: MessagePool,
  submissions: readonly StoredSubmission[],
): Promise<SubmitterInThread[]> {
  const others = new Set(submissions.flatMap(({ mergedWith }) => mergedWith ?? []));
  await pool.lookUpNodes(others);
  const nodes = submissions.map(({ node }) => node);
  const merged = pool.add(await loadMergedWith(transaction, nodes));
  const found = [...pool.messages.filter(({ node }) => others.has(node)), ...merged];
  return pairsOf(found.filter((message) => isSubmission(message)));
}

function pairsOf(submissions: readonly StoredSubmission[]): SubmitterInThread[] {
  return submissions.flatMap(({ threadId, submitterEmail }) =>
    submitterEmail === null ? [] : [{ threadId, submitterEmail: asciiLowerCase(submitterEmail) }],
  );
}

/** Those pairs that are new to `reached`, which then holds them. */
function unreached(pairs: readonly SubmitterInThread[], reached: Set<string>): SubmitterInThread[] {
  return pairs.filter(({ threadId, submitterEmail }) => {
    const key = `${threadId} ${submitterEmail}`;
    if (reached.has(key)) return false;
    reached.add(key);
    return true;
  });
}

/** Where in time unthreaded submissions may be of one posting with these. */
function rangesOf(submissions: readonly StoredSubmission[]): UnthreadedRange[] {
  return submissions.flatMap((submission) => {
    if (!isNumbered(submission) || !isUnthreaded(submission)) return [];
    const { date, submitterEmail, total, number } = submission;
    if (date === null || submitterEmail === null) return [];
    return [{ submitterEmail: asciiLowerCase(submitterEmail), total, exceptNumber: number, date }];
  });
}

/**
 * Writes series as computed, keeping the ids of those that go on; returns the id of each, and what the feed compares.
 * `stored` are all series that the submissions are in now, `storedIdOf` tells which.
 */
export async function writeSeriesOf(
  transaction: Transaction,
  list: MailingList,
  series: readonly Series<StoredSubmission>[],
  stored: readonly SeriesRow[],
  storedIdOf: (message: StoredMessage) => number | null,
): Promise<WrittenSeries> {
  const idOf = keptSeriesIds(series, stored, storedIdOf);
  const fresh = series.filter((one) => !idOf.has(one));
  const freshIds = await drawSeriesIds(transaction, fresh.length);
  for (const [index, one] of fresh.entries()) idOf.set(one, freshIds[index]!);
  const changes = seriesChanges(series, stored, idOf);
  await writeSeries(transaction, list.id, changes);
  return { idOf, changes: comparedSeries(series, stored, idOf, changes) };
}

/** The row number of each series, and the series as the feed compares them. */
export interface WrittenSeries {
  readonly idOf: ReadonlyMap<Series<StoredSubmission>, number>;
  readonly changes: readonly SeriesChange[];
}
