import { createHash } from 'node:crypto';
import type { Queryable } from './database.ts';
import { encodeBody } from './raw-body.ts';
import type { RawBody } from './raw-body.ts';

/** How a message came. */
export interface Arrival {
  /** "smtp", "lmtp", "deliver", "replay:ltp.mbox" */
  readonly source: string;
  /** Octet offset in the unpacked archive; null for live mail. */
  readonly position: number | null;
  /** List-Id that the operator named; null: the headers decide. */
  readonly requestedListId: string | null;
  readonly envelopeFrom: string | null;
  readonly envelopeTo: readonly string[] | null;
  readonly peer: string | null;
}

/** A message to be taken into custody. */
export interface IncomingMessage {
  readonly raw: Buffer;
  readonly arrival: Arrival;
}

/** A message in custody. */
export interface Receipt {
  readonly deliveryId: number;
  /** Of the bytes, hex. */
  readonly sha256: string;
  /** True when the same bytes came before for the same list: nothing is left to do. */
  readonly isDuplicate: boolean;
}

/**
 * Stores messages and their deliveries; when this resolves, they are committed. One receipt a message, in order.
 * All of them or none.
 */
export async function takeCustody(
  queryable: Queryable,
  messages: readonly IncomingMessage[],
): Promise<Receipt[]> {
  const sha256s = messages.map(({ raw }) => createHash('sha256').update(raw).digest());
  const known = await knownSha256s(queryable, sha256s);
  const bodies = messages.map(({ raw }, index) =>
    known.has(sha256s[index]!.toString('hex')) ? null : encodeBody(raw),
  );
  const newBodies = bodies.filter((body) => body !== null);
  const { rows } = await queryable.query<{ delivery_id: number; outcome: string | null }>({
    name: 'take-custody',
    text: `SELECT delivery_id, outcome
           FROM patchloom.take_custody($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      sha256s,
      messages.map(({ raw }) => raw.length),
      Buffer.concat(newBodies.map(({ bytes }) => bytes)),
      startsOf(bodies),
      bodies.map((body) => body?.bytes.length ?? null),
      bodies.map((body) => body?.encoding ?? null),
      JSON.stringify(messages.map(({ arrival }) => arrivalColumns(arrival))),
    ],
  });
  return rows.map((row, index) => ({
    deliveryId: row.delivery_id,
    sha256: sha256s[index]!.toString('hex'),
    isDuplicate: row.outcome !== null,
  }));
}

function arrivalColumns(arrival: Arrival): object {
  return {
    source: arrival.source,
    position: arrival.position,
    requested_list_id: arrival.requestedListId,
    envelope_from: storable(arrival.envelopeFrom),
    envelope_to: arrival.envelopeTo?.map(storable) ?? null,
    peer: arrival.peer,
  };
}

/** Postgres text takes no NUL and no lone surrogate; an address that holds one is noted with a mark in its place. */
function storable(text: string | null): string | null {
  return text === null ? null : Buffer.from(text).toString().replaceAll('\0', '\uFFFD');
}

async function knownSha256s(
  queryable: Queryable,
  sha256s: readonly Buffer[],
): Promise<Set<string>> {
  const { rows } = await queryable.query<{ sha256: Buffer }>({
    name: 'known-sha256s',
    text: 'SELECT sha256 FROM patchloom.raw_message WHERE sha256 = ANY($1)',
    values: [sha256s],
  });
  return new Set(rows.map((row) => row.sha256.toString('hex')));
}

/** Where each body starts when all are laid end to end; null for one that is not sent. */
function startsOf(bodies: readonly (RawBody | null)[]): (number | null)[] {
  let end = 0;
  return bodies.map((body) => {
    const start = end;
    end += body?.bytes.length ?? 0;
    return body === null ? null : start;
  });
}
