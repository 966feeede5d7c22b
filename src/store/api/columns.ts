import type { MessageId } from '../../message/message-id.ts';

// Columns that several lists of the API have in common, under the names of the rows below.

/** The person who sent something. */
export interface PersonRow {
  readonly submitterId: number;
  readonly submitterName: string | null;
  readonly submitterEmail: string;
}

export const personColumns = `s.id AS "submitterId", s.name AS "submitterName", s.email AS "submitterEmail"`;

/** The series of a patch or cover letter; nulls without one. */
export interface SeriesOfRow {
  readonly seriesId: number | null;
  readonly seriesDate: string | null;
  readonly seriesName: string | null;
  readonly seriesVersion: number | null;
}

/** Date of series `r`: when its first message came in where none has a date that can be read. */
export const seriesDate = `coalesce(r.date,
  (SELECT min(x.received_at) FROM patchloom.message x WHERE x.series_id = r.id))`;

export const seriesOfColumns = `r.public_id AS "seriesId", r.name AS "seriesName", r.version AS "seriesVersion",
  CASE WHEN r.id IS NOT NULL THEN ${seriesDate} END AS "seriesDate"`;

/** A user as others see it. */
export interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** A user as one JSON value; `alias` is a row of app_user that may be missing. */
export function userColumn(alias: string): string {
  return `CASE WHEN ${alias}.id IS NOT NULL THEN json_build_object('id', ${alias}.id, 'username', ${alias}.username,
    'firstName', ${alias}.first_name, 'lastName', ${alias}.last_name, 'email', ${alias}.email) END`;
}

/** A patch or cover letter within another answer: id, list, message-id, date, name. */
export type EmbeddedRow = readonly [
  id: number,
  listId: number,
  messageId: MessageId,
  date: string,
  name: string,
];

/** A time as the API's rows have it, within JSON: "2017-08-30T08:32:05Z" */
export function jsonTime(column: string): string {
  return `replace(replace((${column})::text, ' ', 'T'), '+00', 'Z')`;
}

/** A patch as one JSON value: `patch` is a row of patch, `message` its row of message. */
export function embeddedPatchColumn(patch: string, message: string): string {
  return `json_build_array(${patch}.id, ${patch}.mailing_list_id, ${message}.message_id,
    ${jsonTime(`${patch}.date`)}, ${message}.name)`;
}

/** A cover letter or comment as one JSON value: `message` is its row of message. */
export function embeddedMessageColumn(message: string): string {
  return `json_build_array(${message}.public_id, ${message}.mailing_list_id, ${message}.message_id,
    ${jsonTime(`coalesce(${message}.date, ${message}.received_at)`)}, ${message}.name)`;
}
