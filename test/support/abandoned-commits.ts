import type { Database } from '../../src/store/database.ts';

/**
 * Makes every fifth transaction that has events fail at its commit, after all its statements, as a conflict that is
 * tried again does.
 */
export async function abandonEveryFifthCommit(database: Database): Promise<void> {
  await database.query(
    `CREATE SEQUENCE public.commits;
     CREATE FUNCTION public.abandon() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF current_setting('patchloom_test.counted', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
         PERFORM set_config('patchloom_test.counted', pg_current_xact_id()::text, true);
         IF nextval('public.commits') % 5 = 0 THEN
           RAISE EXCEPTION 'abandoned' USING ERRCODE = '40001';
         END IF;
       END IF;
       RETURN NULL;
     END $$;
     CREATE CONSTRAINT TRIGGER abandon AFTER INSERT ON patchloom.event
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.abandon()`,
  );
}

/** How many commits there were, abandoned ones included. A sequence is not rolled back. */
export async function commitCount(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    'SELECT last_value AS count FROM public.commits',
  );
  return rows[0]!.count;
}
