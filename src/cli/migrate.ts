import { printLine } from './output.ts';
import { withSite } from './with-site.ts';

/** Brings the database to this build's schema; every other command does so too when it starts. */
export async function migrateDatabase(): Promise<void> {
  await withSite(async ({ database, queue }) => {
    await queue.open();
    const { rows } = await database.query(
      'SELECT max(version) AS version FROM patchloom.schema_version',
    );
    await printLine(`schema ${rows[0].version}`);
  });
}
