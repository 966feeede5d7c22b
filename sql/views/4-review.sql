-- What people and programs say of patches, and the feed. No secrets, and of users no more than the REST API shows to all.

CREATE OR REPLACE VIEW api.project AS
SELECT
  l.id,
  l.list_id,
  l.list_email,
  l.name,
  l.link_name,
  l.web_url,
  l.scm_url,
  l.webscm_url,
  l.list_archive_url,
  l.list_archive_url_format,
  l.commit_url_format,
  l.subject_match,
  l.show_dependencies,
  l.created_at,
  ARRAY(SELECT m.user_id FROM patchloom.maintainer m WHERE m.mailing_list_id = l.id ORDER BY m.user_id) AS maintainer_ids
FROM patchloom.mailing_list l;
COMMENT ON VIEW api.project IS 'Mailing lists; Patchwork calls them projects.';
COMMENT ON COLUMN api.project.id IS 'Stable; the REST API shows it too.';
COMMENT ON COLUMN api.project.list_id IS 'List-Id without angle brackets: ltp.lists.linux.it';
COMMENT ON COLUMN api.project.list_email IS 'Address of the list.';
COMMENT ON COLUMN api.project.name IS 'For people to read.';
COMMENT ON COLUMN api.project.link_name IS 'In URLs, unique in any case.';
COMMENT ON COLUMN api.project.web_url IS 'Home page; empty when unset.';
COMMENT ON COLUMN api.project.scm_url IS 'Repository to clone; empty when unset.';
COMMENT ON COLUMN api.project.webscm_url IS 'Repository to look at; empty when unset.';
COMMENT ON COLUMN api.project.list_archive_url IS 'Archive of the list; empty when unset.';
COMMENT ON COLUMN api.project.list_archive_url_format IS 'A message in the archive, {} stands for its message-id without brackets; empty when unset.';
COMMENT ON COLUMN api.project.commit_url_format IS 'A commit, {} stands for its hash; empty when unset.';
COMMENT ON COLUMN api.project.subject_match IS 'Patchwork''s setting of that name; empty when unset.';
COMMENT ON COLUMN api.project.show_dependencies IS 'Whether the REST API shows what series depend on.';
COMMENT ON COLUMN api.project.created_at IS 'When it was added.';
COMMENT ON COLUMN api.project.maintainer_ids IS 'Who may write its patches, in api.user.';

CREATE OR REPLACE VIEW api.person AS
SELECT p.id, p.email, p.name, p.user_id FROM patchloom.person p;
COMMENT ON VIEW api.person IS 'Who sent mail: one row for each address.';
COMMENT ON COLUMN api.person.id IS 'Stable; the REST API shows it too.';
COMMENT ON COLUMN api.person.email IS 'As first seen, unique in any case; empty for mail whose sender cannot be read.';
COMMENT ON COLUMN api.person.name IS 'In the newest message that has one; null without any.';
COMMENT ON COLUMN api.person.user_id IS 'The user who has this address, in api.user; null without one.';

CREATE OR REPLACE VIEW api.user AS
SELECT u.id, u.username, u.first_name, u.last_name, u.email FROM patchloom.app_user u;
COMMENT ON VIEW api.user IS 'Who may write through the REST API.';
COMMENT ON COLUMN api.user.id IS 'Stable; the REST API shows it too.';
COMMENT ON COLUMN api.user.username IS 'Unique in any case.';
COMMENT ON COLUMN api.user.first_name IS 'Empty when unset.';
COMMENT ON COLUMN api.user.last_name IS 'Empty when unset.';
COMMENT ON COLUMN api.user.email IS 'As the REST API shows it with patches, checks and projects; empty when unset.';

CREATE OR REPLACE VIEW api.state AS
SELECT s.id, s.slug, s.name, s.ordering, s.is_action_required FROM patchloom.patch_state s;
COMMENT ON VIEW api.state IS 'States that a patch can be in.';
COMMENT ON COLUMN api.state.id IS 'Patchwork''s number of its default states.';
COMMENT ON COLUMN api.state.slug IS 'As in api.patch: under-review';
COMMENT ON COLUMN api.state.name IS 'For people to read: Under Review';
COMMENT ON COLUMN api.state.ordering IS 'Place in menus; new patches get the first, 0.';
COMMENT ON COLUMN api.state.is_action_required IS 'Whether the maintainer is to do something.';

CREATE OR REPLACE VIEW api.check AS
SELECT
  c.id,
  p.message AS patch_id,
  c.user_id,
  u.username,
  c.created_at,
  c.context,
  c.state,
  c.target_url,
  c.description,
  NOT EXISTS (
    SELECT FROM patchloom.patch_check newer
    WHERE newer.patch_id = c.patch_id AND newer.user_id = c.user_id AND newer.context = c.context
      AND newer.id > c.id
  ) AS is_last
FROM patchloom.patch_check c
JOIN patchloom.patch p ON p.id = c.patch_id
JOIN patchloom.app_user u ON u.id = c.user_id;
COMMENT ON VIEW api.check IS 'What programs found when they tried a patch; never changed, only followed by newer ones.';
COMMENT ON COLUMN api.check.id IS 'Stable; the REST API shows it too.';
COMMENT ON COLUMN api.check.patch_id IS 'The patch: id in api.patch.';
COMMENT ON COLUMN api.check.user_id IS 'Whose program it was, in api.user.';
COMMENT ON COLUMN api.check.username IS 'Username of that user.';
COMMENT ON COLUMN api.check.created_at IS 'When it was said.';
COMMENT ON COLUMN api.check.context IS 'Name of the check: checkpatch';
COMMENT ON COLUMN api.check.state IS 'pending, success, warning or fail.';
COMMENT ON COLUMN api.check.target_url IS 'Where the details are; null when unset.';
COMMENT ON COLUMN api.check.description IS 'One line for people; null when unset.';
COMMENT ON COLUMN api.check.is_last IS 'Whether no newer one of its user and context is there: only these count.';

-- A barrier: a function of the reader's own must not see the private ones before they are left out.
CREATE OR REPLACE VIEW api.bundle WITH (security_barrier) AS
SELECT
  b.id,
  l.list_id,
  b.name,
  b.owner_id,
  u.username AS owner,
  b.mailing_list_id AS project_id,
  ARRAY(
    SELECT p.message FROM patchloom.bundle_patch member JOIN patchloom.patch p ON p.id = member.patch_id
    WHERE member.bundle_id = b.id ORDER BY member.position
  ) AS patch_ids
FROM patchloom.bundle b
JOIN patchloom.mailing_list l ON l.id = b.mailing_list_id
JOIN patchloom.app_user u ON u.id = b.owner_id
WHERE b.is_public;
COMMENT ON VIEW api.bundle IS 'Sets of patches that users put together and show to all; private ones are not here.';
COMMENT ON COLUMN api.bundle.id IS 'Stable; the REST API shows it too.';
COMMENT ON COLUMN api.bundle.list_id IS 'List-Id of the list that all its patches are of.';
COMMENT ON COLUMN api.bundle.name IS 'Unique among its owner''s.';
COMMENT ON COLUMN api.bundle.owner_id IS 'Who may change it, in api.user.';
COMMENT ON COLUMN api.bundle.owner IS 'Username of the owner.';
COMMENT ON COLUMN api.bundle.project_id IS 'That list in api.project.';
COMMENT ON COLUMN api.bundle.patch_ids IS 'Its patches in its order: ids in api.patch.';

CREATE OR REPLACE VIEW api.event AS
SELECT
  e.seq,
  e.created_at,
  e.category,
  l.list_id,
  e.mailing_list_id AS project_id,
  e.actor_id,
  e.patch AS patch_id,
  e.cover AS cover_id,
  e.comment AS comment_id,
  e.series_id,
  CASE WHEN gone.former_id IS NULL THEN e.series_id ELSE gone.series_id END AS present_series_id,
  e.check_id,
  e.details
FROM patchloom.event e
JOIN patchloom.mailing_list l ON l.id = e.mailing_list_id
LEFT JOIN patchloom.series_redirect gone ON gone.former_id = e.series_id;
COMMENT ON VIEW api.event IS 'What happened, in the order in which it was committed. NOTIFY patchloom_event says that there is more.';
COMMENT ON COLUMN api.event.seq IS '1, 2, 3, … without gaps: who has seen all up to N misses nothing by asking for more than N.';
COMMENT ON COLUMN api.event.created_at IS 'When it was written; never before that of a lower number.';
COMMENT ON COLUMN api.event.category IS 'What happened: Patchwork''s eleven categories, and series-superseded, series-rekeyed, message-flagged.';
COMMENT ON COLUMN api.event.list_id IS 'List-Id of the list that it happened on.';
COMMENT ON COLUMN api.event.project_id IS 'That list in api.project.';
COMMENT ON COLUMN api.event.actor_id IS 'The user who did it, in api.user; null: mail did.';
COMMENT ON COLUMN api.event.patch_id IS 'The patch that it is about, in api.patch; null: none.';
COMMENT ON COLUMN api.event.cover_id IS 'The cover letter that it is about, in api.cover; null: none.';
COMMENT ON COLUMN api.event.comment_id IS 'The comment, in api.comment; of a flagged message that is neither patch nor cover, that message; null: none.';
COMMENT ON COLUMN api.event.series_id IS 'The series that it is about, as it was then; null: none.';
COMMENT ON COLUMN api.event.present_series_id IS 'That series in api.series; where a late message joined it with another, the other; null: none, or nothing is left of it.';
COMMENT ON COLUMN api.event.check_id IS 'The check, in api.check; null: none.';
COMMENT ON COLUMN api.event.details IS 'What else is to be said: {"previous_state": "new", "current_state": "accepted"}; null: nothing.';

GRANT SELECT ON api.project, api.person, api.user, api.state, api.check, api.bundle, api.event TO patchloom_reader;
