import type { TrailerFact } from '../message/trailer-facts.ts';
import type { NamedPatches } from '../patch/trailer-scope.ts';
import type { Queryable } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** The trailers of a stored message. */
export interface MessageTrailers {
  readonly id: MessageRowId;
  readonly trailers: readonly TrailerFact[];
}

/** Inserts the trailers of messages that have none stored; no statement is sent when there are none to store. */
export async function insertTrailers(
  queryable: Queryable,
  messages: readonly MessageTrailers[],
): Promise<void> {
  const rows = messages.flatMap(({ id, trailers }) =>
    trailers.map((trailer, position) => trailerRow(id, position, trailer)),
  );
  if (rows.length === 0) return;
  await queryable.query({
    name: 'insert-trailers',
    text: `INSERT INTO patchloom.trailer
           SELECT * FROM json_populate_recordset(NULL::patchloom.trailer, $1)`,
    values: [JSON.stringify(rows)],
  });
}

/** Column names of the table trailer. */
function trailerRow(message: MessageRowId, position: number, trailer: TrailerFact): object {
  return {
    message,
    position,
    kind: trailer.kind,
    value: trailer.value,
    person_name: trailer.person?.name ?? null,
    person_email: trailer.person?.email ?? null,
    named_patches: multirangeText(trailer.named),
  };
}

/** "{[1,3],[5,5]}"; "{(,)}" for the whole series. */
function multirangeText(named: NamedPatches | null): string | null {
  if (named === null) return null;
  if (named === 'series') return '{(,)}';
  return `{${named.map(({ from, to }) => `[${from},${to}]`).join(',')}}`;
}

export async function deleteTrailers(
  queryable: Queryable,
  messages: readonly MessageRowId[],
): Promise<void> {
  await queryable.query('DELETE FROM patchloom.trailer WHERE message = ANY($1)', [messages]);
}
