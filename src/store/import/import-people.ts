import type { Transaction } from '../database.ts';
import { movesTo, raiseSequence, renumber } from './renumber.ts';

/** Lists of the projects; two projects of one List-Id, which Patchwork tells apart by subject, are one list. */
export async function importProjects(transaction: Transaction): Promise<void> {
  await transaction.query(
    `CREATE TEMP TABLE import_list ON COMMIT DROP AS
     SELECT p.id AS project_id, min(p.id) OVER (PARTITION BY lower(btrim(p.list_id, '<> '))) AS list_id,
       lower(btrim(p.list_id, '<> ')) AS key
     FROM pg_temp.import_project p WHERE btrim(p.list_id, '<> ') <> ''`,
  );
  const wanted = 'SELECT DISTINCT key, list_id AS id FROM pg_temp.import_list';
  await renumber(
    transaction,
    'mailing_list',
    movesTo(wanted, 'SELECT list_id AS key, id FROM patchloom.mailing_list'),
  );
  const chosen = `pg_temp.import_project p
    JOIN pg_temp.import_list l ON l.project_id = p.id AND l.list_id = p.id`;
  await transaction.query(
    `UPDATE patchloom.mailing_list o SET link_name = o.list_id
     FROM ${chosen} WHERE lower(o.link_name) = lower(p.link_name) AND o.id <> p.id`,
  );
  await transaction.query(
    `INSERT INTO patchloom.mailing_list AS o (id, list_id, name, link_name, list_email, web_url, scm_url, webscm_url,
       list_archive_url, list_archive_url_format, commit_url_format, subject_match, show_dependencies)
     SELECT p.id, l.key, p.name, p.link_name, p.list_email, coalesce(p.web_url, ''), coalesce(p.scm_url, ''),
       coalesce(p.webscm_url, ''), coalesce(p.list_archive_url, ''), coalesce(p.list_archive_url_format, ''),
       coalesce(p.commit_url_format, ''), coalesce(p.subject_match, ''), coalesce(p.show_dependencies, false)
     FROM ${chosen}
     ON CONFLICT (id) DO UPDATE SET name = coalesce(excluded.name, o.name),
       link_name = coalesce(excluded.link_name, o.link_name), list_email = coalesce(excluded.list_email, o.list_email),
       web_url = excluded.web_url, scm_url = excluded.scm_url, webscm_url = excluded.webscm_url,
       list_archive_url = excluded.list_archive_url, list_archive_url_format = excluded.list_archive_url_format,
       commit_url_format = excluded.commit_url_format, subject_match = excluded.subject_match,
       show_dependencies = excluded.show_dependencies`,
  );
  const ids = 'SELECT max(id) FROM patchloom.mailing_list';
  await raiseSequence(transaction, 'patchloom.mailing_list_id_seq', ids);
}

/** States, with the numbers and in the order of the site; those that only this database has stay. */
export async function importStates(transaction: Transaction): Promise<void> {
  const wanted = 'SELECT slug AS key, id FROM pg_temp.import_state WHERE id IS NOT NULL';
  await renumber(
    transaction,
    'patch_state',
    movesTo(wanted, 'SELECT slug AS key, id FROM patchloom.patch_state'),
  );
  await transaction.query(
    `INSERT INTO patchloom.patch_state AS o (id, slug, name, ordering, is_action_required)
     SELECT coalesce(s.id, n.top + row_number() OVER (PARTITION BY s.id IS NULL ORDER BY s.slug)), s.slug,
       coalesce(s.name, initcap(replace(s.slug, '-', ' '))), n.last + row_number() OVER (ORDER BY s.ordering, s.slug),
       coalesce(s.is_action_required, false)
     FROM pg_temp.import_state s, LATERAL (
       SELECT greatest((SELECT max(i.id) FROM pg_temp.import_state i), max(o.id)) AS top, max(o.ordering) AS last
       FROM patchloom.patch_state o) n
     WHERE NOT EXISTS (SELECT FROM patchloom.patch_state o WHERE o.slug = s.slug)`,
  );
  await transaction.query(
    `UPDATE patchloom.patch_state o SET name = coalesce(s.name, o.name),
       is_action_required = coalesce(s.is_action_required, o.is_action_required)
     FROM pg_temp.import_state s WHERE s.slug = o.slug`,
  );
  await orderStates(transaction);
}

/**
 * A state has the place that the site says, else its own; where two would share one, the one of the site has it and the
 * other goes to the end. Below zero first: no two may have one place in between.
 */
async function orderStates(transaction: Transaction): Promise<void> {
  await transaction.query(
    `WITH wished AS (
       SELECT t.id, t.slug, coalesce(s.ordering, t.ordering) AS place, row_number() OVER (
         PARTITION BY coalesce(s.ordering, t.ordering) ORDER BY s.ordering IS NULL, t.slug) AS turn
       FROM patchloom.patch_state t LEFT JOIN pg_temp.import_state s ON s.slug = t.slug
     ), placed AS (
       SELECT w.id, CASE w.turn WHEN 1 THEN w.place ELSE
         max(w.place) OVER () + row_number() OVER (PARTITION BY w.turn > 1 ORDER BY w.place, w.turn) END AS place
       FROM wished w)
     UPDATE patchloom.patch_state o SET ordering = -p.place - 1
     FROM placed p WHERE p.id = o.id AND p.place <> o.ordering`,
  );
  await transaction.query(
    'UPDATE patchloom.patch_state SET ordering = -ordering - 1 WHERE ordering < 0',
  );
}

const userChosen = `(SELECT DISTINCT ON (lower(username)) * FROM pg_temp.import_user
  WHERE username ~ '^[A-Za-z0-9_.@+-]{1,150}$' ORDER BY lower(username), id)`;

/** Users with their passwords, tokens and lists; a password that was set here stays. */
export async function importUsers(transaction: Transaction): Promise<void> {
  await renumber(
    transaction,
    'app_user',
    movesTo(
      `SELECT lower(u.username) AS key, u.id FROM ${userChosen} u`,
      'SELECT lower(username) AS key, id FROM patchloom.app_user',
    ),
  );
  await transaction.query(
    `INSERT INTO patchloom.app_user AS o (id, username, first_name, last_name, email, password_hash, is_superuser,
       is_active, send_email, items_per_page, show_ids)
     SELECT u.id, u.username, coalesce(u.first_name, ''), coalesce(u.last_name, ''), coalesce(u.email, ''),
       u.password_hash, coalesce(u.is_superuser, false), coalesce(u.is_active, true), coalesce(u.send_email, false),
       coalesce(u.items_per_page, 100), coalesce(u.show_ids, false)
     FROM ${userChosen} u
     WHERE NOT EXISTS (SELECT FROM patchloom.app_user o WHERE o.id = u.id)`,
  );
  await transaction.query(
    `UPDATE patchloom.app_user o SET username = u.username, first_name = coalesce(u.first_name, o.first_name),
       last_name = coalesce(u.last_name, o.last_name), email = coalesce(u.email, o.email),
       password_hash = coalesce(o.password_hash, u.password_hash),
       is_superuser = coalesce(u.is_superuser, o.is_superuser), is_active = coalesce(u.is_active, o.is_active),
       send_email = coalesce(u.send_email, o.send_email), items_per_page = coalesce(u.items_per_page, o.items_per_page),
       show_ids = coalesce(u.show_ids, o.show_ids)
     FROM ${userChosen} u WHERE o.id = u.id`,
  );
  await transaction.query(
    `INSERT INTO patchloom.api_token (sha256, user_id)
     SELECT decode(t.sha256, 'hex'), t.user_id FROM pg_temp.import_token t
     JOIN patchloom.app_user o ON o.id = t.user_id
     ON CONFLICT DO NOTHING`,
  );
  await transaction.query(
    `INSERT INTO patchloom.maintainer (mailing_list_id, user_id)
     SELECT l.list_id, m.user_id FROM pg_temp.import_maintainer m
     JOIN pg_temp.import_list l ON l.project_id = m.project_id
     JOIN patchloom.app_user o ON o.id = m.user_id
     ON CONFLICT DO NOTHING`,
  );
  const ids = 'SELECT max(id) FROM patchloom.app_user';
  await raiseSequence(transaction, 'patchloom.app_user_id_seq', ids);
}

const personChosen = `(SELECT DISTINCT ON (lower(email)) * FROM pg_temp.import_person
  WHERE email IS NOT NULL ORDER BY lower(email), id)`;

/** People; the name of one whose mail is here is that of their newest message, as always. */
export async function importPeople(transaction: Transaction): Promise<void> {
  await renumber(
    transaction,
    'person',
    movesTo(
      `SELECT lower(p.email) AS key, p.id FROM ${personChosen} p`,
      'SELECT lower(email) AS key, id FROM patchloom.person',
    ),
  );
  await transaction.query(
    `INSERT INTO patchloom.person AS o (id, email, name, user_id)
     SELECT p.id, p.email, nullif(p.name, ''), u.id FROM ${personChosen} p
     LEFT JOIN patchloom.app_user u ON u.id = p.user_id
     ON CONFLICT (id) DO UPDATE SET email = excluded.email, user_id = coalesce(excluded.user_id, o.user_id),
       name = CASE WHEN EXISTS (
         SELECT FROM patchloom.message m WHERE m.submitter_id = o.id AND m.submitter_name IS NOT NULL
       ) THEN o.name ELSE coalesce(excluded.name, o.name) END`,
  );
  await transaction.query(
    `UPDATE patchloom.person o SET user_id = (
       SELECT min(u.id) FROM patchloom.app_user u WHERE lower(u.email) = lower(o.email))
     WHERE o.user_id IS NULL AND o.email <> ''
       AND EXISTS (SELECT FROM patchloom.app_user u WHERE lower(u.email) = lower(o.email))`,
  );
  const ids = 'SELECT max(id) FROM patchloom.person';
  await raiseSequence(transaction, 'patchloom.person_id_seq', ids);
}
