import type { Dependency } from '../message/dependencies.ts';
import type { Queryable } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** What a stored message says must be there before its series. */
export interface MessageDependencies {
  readonly id: MessageRowId;
  readonly dependencies: readonly Dependency[];
}

/** Inserts the dependencies of messages that have none stored; no statement is sent when there are none to store. */
export async function insertDependencies(
  queryable: Queryable,
  messages: readonly MessageDependencies[],
): Promise<void> {
  const rows = messages.flatMap(({ id, dependencies }) =>
    dependencies.map((dependency, position) => dependencyRow(id, position, dependency)),
  );
  if (rows.length === 0) return;
  await queryable.query({
    name: 'insert-dependencies',
    text: `INSERT INTO patchloom.dependency
           SELECT * FROM json_populate_recordset(NULL::patchloom.dependency, $1)`,
    values: [JSON.stringify(rows)],
  });
}

/** Column names of the table dependency. */
function dependencyRow(message: MessageRowId, position: number, dependency: Dependency): object {
  return {
    message,
    position,
    kind: dependency.kind,
    value: dependency.value,
    target_message_id: dependency.messageId,
    target_patch_id: dependency.patchId === null ? null : `\\x${dependency.patchId}`,
    base_commit: dependency.baseCommit,
    change_id: dependency.changeId,
    change_version: dependency.changeVersion,
  };
}

export async function deleteDependencies(
  queryable: Queryable,
  messages: readonly MessageRowId[],
): Promise<void> {
  await queryable.query('DELETE FROM patchloom.dependency WHERE message = ANY($1)', [messages]);
}
