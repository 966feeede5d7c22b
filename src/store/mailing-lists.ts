import type { Queryable, Transaction } from './database.ts';

/** A mailing list that mail is indexed for. */
export interface MailingList {
  readonly id: number;
  /** "ltp.lists.linux.it" */
  readonly listId: string;
}

/** All lists, by List-Id. */
export async function loadMailingLists(queryable: Queryable): Promise<MailingList[]> {
  const { rows } = await queryable.query(
    'SELECT id, list_id AS "listId" FROM patchloom.mailing_list ORDER BY list_id',
  );
  return rows;
}

/** The list with that List-Id, made if there is none. */
export async function addMailingList(queryable: Queryable, listId: string): Promise<MailingList> {
  const { rows } = await queryable.query(
    `WITH added AS (
       INSERT INTO patchloom.mailing_list (list_id) VALUES ($1)
       ON CONFLICT DO NOTHING RETURNING id)
     SELECT id FROM added UNION ALL SELECT id FROM patchloom.mailing_list WHERE list_id = $1`,
    [listId],
  );
  // Another session may have committed the list, or another of the same link name, after this statement began: look again.
  if (rows.length === 0) return addMailingList(queryable, listId);
  return { id: rows[0].id, listId };
}

/** First half of the key of the lock that makes one transaction at a time write a list; the second is the list's id. */
const listLock = 75667;

/** Waits until no other transaction writes the list, and keeps others from it until this one ends. */
export async function lockMailingList(transaction: Transaction, list: MailingList): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock($1, $2)', [listLock, list.id]);
}
