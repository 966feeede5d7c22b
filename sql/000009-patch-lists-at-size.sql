-- Lists of patches at any size: a page is found in an index alone, however deep it is and however rare its state.

-- By state: one place in the index for each list, state and archived, in order of date or of id.
DROP INDEX patchloom.patch_live;
CREATE INDEX patch_list_state_date ON patchloom.patch (mailing_list_id, state_id, archived, date, id) WHERE is_shown;
CREATE INDEX patch_list_state ON patchloom.patch (mailing_list_id, state_id, archived, id) WHERE is_shown;
-- A list in order of date.
DROP INDEX patchloom.patch_list_date;
CREATE INDEX patch_list_date ON patchloom.patch (mailing_list_id, date, id) WHERE is_shown;
-- All lists in order of id.
CREATE INDEX patch_shown ON patchloom.patch (id) WHERE is_shown;
