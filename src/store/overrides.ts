import type { Queryable } from './database.ts';

/** What an operator said against the rules. */
export interface Override {
  readonly kind: 'merge' | 'split' | 'unlink' | 'move';
  /** With angle brackets. */
  readonly messageId: string;
  /** For merge: a message of the series that it belongs to. */
  readonly otherMessageId: string | null;
  /** For move: the list that it belongs to. */
  readonly listId: string | null;
}

const overrideColumns = `id, kind, message_id AS "messageId",
  other_message_id AS "otherMessageId", list_id AS "listId"`;

export async function loadOverrides(queryable: Queryable): Promise<(Override & { id: number })[]> {
  const { rows } = await queryable.query(
    `SELECT ${overrideColumns} FROM patchloom.override ORDER BY id`,
  );
  return rows;
}

/** What was said of these messages. */
export async function loadOverridesOf(
  queryable: Queryable,
  messageIds: readonly string[],
): Promise<Override[]> {
  const { rows } = await queryable.query({
    name: 'load-overrides-of',
    text: `SELECT ${overrideColumns} FROM patchloom.override WHERE message_id = ANY($1)`,
    values: [messageIds],
  });
  return rows;
}

/** Notes an override; one of the same kind for the same message gives way. */
export async function addOverride(queryable: Queryable, override: Override): Promise<void> {
  await queryable.query(
    `INSERT INTO patchloom.override (kind, message_id, other_message_id, list_id)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (message_id, kind) DO UPDATE
       SET other_message_id = excluded.other_message_id, list_id = excluded.list_id`,
    [override.kind, override.messageId, override.otherMessageId, override.listId],
  );
}

/** Takes an override back; returns it, or null when there is none with that id. */
export async function removeOverride(queryable: Queryable, id: number): Promise<Override | null> {
  const { rows } = await queryable.query(
    `DELETE FROM patchloom.override WHERE id = $1 RETURNING ${overrideColumns}`,
    [id],
  );
  return rows[0] ?? null;
}
