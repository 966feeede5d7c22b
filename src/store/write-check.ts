import type { Database } from './database.ts';
import { withinDeadline } from './within-deadline.ts';

/** Whether the database answers within `deadlineMs`, and takes writes; read-only is a standby too. Never rejects. */
export async function databaseState(
  database: Database,
  deadlineMs: number,
): Promise<'writable' | 'read-only' | 'silent'> {
  try {
    return await withinDeadline(database, deadlineMs, async (connection) => {
      const { rows } = await connection.query('SHOW transaction_read_only');
      return rows[0].transaction_read_only === 'on' ? 'read-only' : 'writable';
    });
  } catch {
    return 'silent';
  }
}
