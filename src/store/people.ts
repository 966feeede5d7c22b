import type { Queryable } from './database.ts';

/** Who sent a message, as its facts say it. */
export interface Submitter {
  readonly name: string | null;
  /** Null when unreadable: such mail is of the person with the empty address. */
  readonly email: string | null;
}

/** A person as a batch found it. */
export interface KnownPerson {
  readonly id: number;
  readonly name: string | null;
}

/** Numbers of the people of submitters, in the order given; new ones are added, and belong to the user with their address. */
export async function identifyPeople(
  transaction: Queryable,
  submitters: readonly Submitter[],
): Promise<number[]> {
  if (submitters.length === 0) return [];
  const emails = submitters.map(({ email }) => email ?? '');
  await transaction.query({
    name: 'add-people',
    text: `INSERT INTO patchloom.person (email, name, user_id)
           SELECT DISTINCT ON (lower(u.email)) u.email, u.name,
             (SELECT min(a.id) FROM patchloom.app_user a WHERE lower(a.email) = lower(u.email) AND a.email <> '')
           FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u (email, name, ordinal)
           WHERE NOT EXISTS (SELECT FROM patchloom.person p WHERE lower(p.email) = lower(u.email))
           ORDER BY lower(u.email), u.ordinal
           ON CONFLICT (lower(email)) DO NOTHING`,
    values: [emails, submitters.map(({ name }) => name)],
  });
  const { rows } = await transaction.query<{ id: number; email: string }>({
    name: 'find-people',
    text: `SELECT p.id, u.email FROM unnest($1::text[]) AS u (email)
           JOIN patchloom.person p ON lower(p.email) = lower(u.email)`,
    values: [[...new Set(emails)]],
  });
  const idOf = new Map(rows.map(({ id, email }) => [email, id]));
  return emails.map((email) => idOf.get(email)!);
}

/**
 * Names of these people, which cannot change until the transaction ends, so that two lists with mail of one person
 * agree on it: whoever would rename them waits, and sees this transaction's mail then.
 */
export async function holdNames(
  transaction: Queryable,
  ids: readonly number[],
): Promise<Map<number, string | null>> {
  if (ids.length === 0) return new Map();
  const { rows } = await transaction.query<{ id: number; name: string | null }>({
    name: 'hold-names',
    text: 'SELECT p.id, p.name FROM patchloom.person p WHERE p.id = ANY($1) ORDER BY p.id FOR SHARE',
    values: [[...new Set(ids)]],
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The person of each submitter, in the order given, as `identifyPeople` finds and `holdNames` keeps them. */
export async function resolvePeople(
  transaction: Queryable,
  submitters: readonly Submitter[],
): Promise<KnownPerson[]> {
  const ids = await identifyPeople(transaction, submitters);
  const names = await holdNames(transaction, ids);
  return ids.map((id) => ({ id, name: names.get(id) ?? null }));
}

/** The people who sent mail to a list. */
export async function loadSubmitterIds(queryable: Queryable, listId: number): Promise<number[]> {
  const { rows } = await queryable.query<{ id: number }>(
    `SELECT DISTINCT submitter_id AS id FROM patchloom.message WHERE mailing_list_id = $1`,
    [listId],
  );
  return rows.map((row) => row.id);
}

const newestNames = `unnest($1::bigint[]) AS u (id)
     CROSS JOIN LATERAL (
       SELECT m.submitter_name AS name
       FROM patchloom.message m
       WHERE m.submitter_id = u.id AND m.submitter_name IS NOT NULL
       ORDER BY m.date DESC NULLS LAST, m.message_id DESC, m.content_key DESC
       LIMIT 1
     ) newest`;

const isNamedOtherwise = 'p.id = u.id AND p.name IS DISTINCT FROM newest.name';

/** Gives these people the name in their newest message that has one; ties go by message-id and content key. */
export async function renamePeople(queryable: Queryable, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  // Locked by a statement of its own: the next one sees the mail of those for whom this one waited.
  const { rows } = await queryable.query<{ id: number }>(
    `SELECT p.id FROM patchloom.person p, ${newestNames} WHERE ${isNamedOtherwise}
     ORDER BY p.id FOR NO KEY UPDATE OF p`,
    [ids],
  );
  if (rows.length === 0) return;
  await queryable.query(
    `UPDATE patchloom.person p SET name = newest.name FROM ${newestNames} WHERE ${isNamedOtherwise}`,
    [rows.map(({ id }) => id)],
  );
}
