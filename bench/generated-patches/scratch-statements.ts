/** Patches come in blocks of 12 messages: a series of three with its cover letter, a single patch, six comments, another mail. */
export const blockShape = { messageCount: 12, patchCount: 4, seriesCount: 2 } as const;

export const personCount = 2_000;
export const userCount = 5;
/** One with most of the mail, nine with a little. */
export const listCount = 10;

/** When the last block has been sent. */
const end = '2026-01-01T00:00:00Z';
const minutesPerBlock = 30;

/** In a schema of its own, gone when the database is filled. */
export const dropScratch = 'DROP SCHEMA bench CASCADE';

/** A number from 0 up to below `range`, the same for the same place. */
function drawn(range: number | string, salt: number): string {
  return `((hashint8(b.block * 31 + ${salt}) & 2147483647) % ${range})`;
}

function oneOf(words: readonly string[], salt: number): string {
  return `('{${words.join(',')}}'::text[])[1 + ${drawn(words.length, salt)}]`;
}

const parts = 'gauge sluice weir lock float pump drift silt ferry buoy canal basin'.split(' ');
const verbs = 'fix drop split check rename trace reset cache guard fold'.split(' ');
const nouns = 'depth level valve probe timer queue index limit state event'.split(' ');
const adjectives = 'stale unused second shared early nested spare broken'.split(' ');

/** As many groups of three letters as names in programs have, so that searches find as little to leave out. */
const syllables = 'bcdfghjklmnprstvxz'
  .split('')
  .flatMap((first) => 'aeiou'.split('').map((second) => `${first}${second}`));

/** "weir17: guard the stale depth of rimoka_tube" */
function titleOf(salt: number): string {
  const named = `${oneOf(parts, salt)} || ${drawn(40, salt + 1)} || ': ' || ${oneOf(verbs, salt + 2)}`;
  const thing = `${oneOf(adjectives, salt + 3)} || ' ' || ${oneOf(nouns, salt + 4)}`;
  const [first, second, third, fourth, fifth] = [5, 6, 7, 8, 9].map((more) =>
    oneOf(syllables, salt + more),
  );
  const identifier = `${first} || ${second} || ${third} || '_' || ${fourth} || ${fifth}`;
  return `${named} || ' the ' || ${thing} || ' of ' || ${identifier}`;
}

/** Few people write most of the mail. */
function personDrawn(salt: number): string {
  return `1 + floor(${personCount} * (${drawn(1_000_000, salt)} / 1e6) ^ 3)::bigint`;
}

function topicTable(blockCount: number): string {
  return `CREATE TABLE bench.topic AS
    SELECT b.block, CASE WHEN b.block % 50 < 41 THEN 1 ELSE b.block % 50 - 39 END::int AS list_id,
      '${end}'::timestamptz - (${blockCount} - b.block) * interval '${minutesPerBlock} minutes' AS sent_at,
      ARRAY[${[10, 30, 50, 70, 90, 110].map(titleOf).join(', ')}] AS titles,
      ARRAY[${[1, 2, 3, 4, 5, 6].map(personDrawn).join(', ')}] AS people
    FROM generate_series(0::bigint, ${blockCount - 1}) AS b (block)`;
}

/** The messages of a block. Places count from 0; `title` and `person` are places in the arrays of the topic. */
const slotTable = `CREATE TABLE bench.slot AS
  SELECT * FROM (VALUES
    (0, 'cover', '{0/3}'::text[], 0, 3, NULL::int, NULL::int, 0, '{}'::int[], 1, 1, 1, 0, 'number-zero', 'first'),
    (1, 'patch', '{1/3}', 1, 3, 0, NULL, 0, '{0}', 2, 1, 1, 1, 'diff', 'reference'),
    (2, 'patch', '{2/3}', 2, 3, 0, NULL, 0, '{0}', 3, 1, 1, 2, 'diff', 'reference'),
    (3, 'patch', '{3/3}', 3, 3, 0, NULL, 0, '{0}', 4, 1, 1, 3, 'diff', 'reference'),
    (4, 'comment', '{0/3}', 0, 3, 0, 0, 0, '{0}', 1, 2, NULL, NULL, 'reply', NULL),
    (5, 'comment', '{1/3}', 1, 3, 1, 1, 0, '{1,0}', 2, 2, NULL, NULL, 'reply', NULL),
    (6, 'comment', '{1/3}', 1, 3, 5, 1, 0, '{5,1,0}', 2, 1, NULL, NULL, 'reply', NULL),
    (7, 'comment', '{2/3}', 2, 3, 2, 2, 0, '{2,0}', 3, 3, NULL, NULL, 'reply', NULL),
    (8, 'patch', '{}', NULL, NULL, NULL, NULL, 8, '{}', 5, 4, 2, 1, 'diff', 'unnumbered'),
    (9, 'comment', '{}', NULL, NULL, 8, 8, 8, '{8}', 5, 5, NULL, NULL, 'reply', NULL),
    (10, 'comment', '{}', NULL, NULL, 9, 8, 8, '{9,8}', 5, 4, NULL, NULL, 'reply', NULL),
    (11, 'other', '{}', NULL, NULL, NULL, NULL, 11, '{}', 6, 6, NULL, NULL, 'no-diff', NULL)
  ) AS s (slot, kind, prefixes, number, total, parent, target, root, refs, title, person, series, series_number,
    role_rule, series_rule)`;

/** What happens to a block, in the order of the feed; places are those of messages, series those of the block. */
const happeningTable = `CREATE TABLE bench.happening AS
  SELECT row_number() OVER () AS place, h.* FROM (VALUES
    ('cover-created', NULL::int, 0, NULL::int, NULL::int, false, NULL::json),
    ('patch-created', 1, NULL, NULL, NULL, false, NULL),
    ('patch-created', 2, NULL, NULL, NULL, false, NULL),
    ('patch-created', 3, NULL, NULL, NULL, false, NULL),
    ('patch-created', 8, NULL, NULL, NULL, false, NULL),
    ('cover-comment-created', NULL, 0, 4, NULL, false, NULL),
    ('patch-comment-created', 1, NULL, 5, NULL, false, NULL),
    ('patch-comment-created', 1, NULL, 6, NULL, false, NULL),
    ('patch-comment-created', 2, NULL, 7, NULL, false, NULL),
    ('patch-comment-created', 8, NULL, 9, NULL, false, NULL),
    ('patch-comment-created', 8, NULL, 10, NULL, false, NULL),
    ('series-created', NULL, NULL, NULL, 1, false, NULL),
    ('series-created', NULL, NULL, NULL, 2, false, NULL),
    ('patch-completed', 1, NULL, NULL, 1, false, NULL),
    ('patch-completed', 2, NULL, NULL, 1, false, NULL),
    ('patch-completed', 3, NULL, NULL, 1, false, NULL),
    ('series-completed', NULL, NULL, NULL, 1, false, NULL),
    ('patch-completed', 8, NULL, NULL, 2, false, NULL),
    ('series-completed', NULL, NULL, NULL, 2, false, NULL),
    ('check-created', 8, NULL, NULL, NULL, true, NULL)
  ) AS h (category, patch, cover, comment, series, is_check, details)`;

/** Each message with what its rows in several tables are made of. */
const mailView = `CREATE VIEW bench.mail AS
  SELECT t.block * 12 AS base, t.block * 12 + s.slot + 1 AS id, t.list_id, s.*,
    t.sent_at + s.slot * interval '1 minute' AS sent_at,
    '<' || t.block || '.' || s.slot || '@mail.example>' AS message_id,
    CASE WHEN s.prefixes = '{}' THEN '' ELSE '[' || array_to_string(s.prefixes, ',') || '] ' END || t.titles[s.title] AS name,
    CASE s.kind WHEN 'comment' THEN 'Re: ' ELSE '' END
      || CASE WHEN s.number IS NOT NULL THEN '[PATCH ' || s.number || '/3] ' WHEN s.kind = 'other' THEN '' ELSE '[PATCH] ' END
      || t.titles[s.title] AS subject,
    t.titles[s.title] AS title_text, p.id AS person_id, p.name AS person_name, p.email AS person_email,
    t.block * 2 + s.series AS series_id
  FROM bench.topic t CROSS JOIN bench.slot s JOIN patchloom.person p ON p.id = t.people[s.person]`;

/** What the rows of that many blocks are made from. */
export function scratchStatements(blockCount: number): string[] {
  return [
    'CREATE SCHEMA bench',
    topicTable(blockCount),
    slotTable,
    happeningTable,
    mailView,
    'ANALYZE bench.slot, bench.topic, patchloom.person',
  ];
}
