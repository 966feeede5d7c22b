import type { Queryable } from './database.ts';

/** What a mark is of. */
export interface ReplayKey {
  /** Absolute path without symlinks. */
  readonly archive: string;
  /** "" or "list-id=ltp.lists.linux.it since=2024-01-01T00:00:00Z" */
  readonly selection: string;
}

/** Up to where an archive was replayed. */
export interface ReplayMark<Mark> {
  readonly mark: Mark;
  /** Messages of the selection before it. */
  readonly replayedCount: number;
}

/** The mark of an earlier replay; null where there was none. */
export async function loadReplayMark<Mark>(
  queryable: Queryable,
  { archive, selection }: ReplayKey,
): Promise<ReplayMark<Mark> | null> {
  const { rows } = await queryable.query<ReplayMark<Mark>>(
    `SELECT mark, replayed_count AS "replayedCount" FROM patchloom.replay_mark
     WHERE archive = $1 AND selection = $2`,
    [archive, selection],
  );
  return rows[0] ?? null;
}

/** Moves a mark. Call it in the transaction that takes the messages before it into custody. */
export async function saveReplayMark(
  queryable: Queryable,
  { archive, selection }: ReplayKey,
  { mark, replayedCount }: ReplayMark<object>,
): Promise<void> {
  await queryable.query({
    name: 'save-replay-mark',
    text: `INSERT INTO patchloom.replay_mark (archive, selection, mark, replayed_count)
           VALUES ($1, $2, $3, $4)
           ON CONFLICT (archive, selection) DO UPDATE
           SET mark = EXCLUDED.mark, replayed_count = EXCLUDED.replayed_count, marked_at = now()`,
    values: [archive, selection, JSON.stringify(mark), replayedCount],
  });
}
