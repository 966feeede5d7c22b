import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, Queryable } from '../../src/store/database.ts';
import { processCpu } from '../process-cpu.ts';

/**
 * CPU in milliseconds of the backend that copies the big text of all messages (headers, content, diff) from a file of the
 * server's into a table without indexes, WAL included. The WAL writer and the checkpointer do not count.
 */
export async function copyRowsCpuMs(database: Database): Promise<number> {
  const connection = await database.connect();
  const place = await connection.query<{ folder: string; pid: number }>(
    "SELECT current_setting('data_directory') AS folder, pg_backend_pid() AS pid",
  );
  const { folder, pid } = place.rows[0]!;
  const file = join(folder, 'bench-rows.copy');
  try {
    await makeTable(connection);
    await connection.query(
      `COPY (SELECT headers, content, diff FROM patchloom.message_text ORDER BY id) TO '${file}'`,
    );
    const before = processCpu(pid).ownMs;
    await connection.query(`COPY public.patchloom_bench FROM '${file}'`);
    const cpuMs = processCpu(pid).ownMs - before;
    await connection.query('DROP TABLE public.patchloom_bench');
    return cpuMs;
  } finally {
    connection.release();
    rmSync(file, { force: true });
  }
}

/** Compressed and stored as the columns are that it is compared with. */
async function makeTable(connection: Queryable): Promise<void> {
  await connection.query(
    `CREATE TABLE public.patchloom_bench
       (LIKE patchloom.message_text INCLUDING STORAGE INCLUDING COMPRESSION)`,
  );
  const { rows } = await connection.query<{ names: string }>(
    `SELECT string_agg(format('DROP COLUMN %I', attname), ', ') AS names FROM pg_attribute
     WHERE attrelid = 'public.patchloom_bench'::regclass AND attnum > 0 AND attname NOT IN ('headers', 'content', 'diff')`,
  );
  await connection.query(`ALTER TABLE public.patchloom_bench ${rows[0]!.names}`);
}
