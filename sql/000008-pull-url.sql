-- A pull request that moved: who may edit a patch may say where it is now.
ALTER TABLE patchloom.patch ADD pull_url text;
COMMENT ON COLUMN patchloom.patch.pull_url IS 'Where an editor says that the pull request is; null: where its message says.';
