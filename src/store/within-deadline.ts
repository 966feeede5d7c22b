import type { Database, Transaction } from './database.ts';

/** The database did not answer in time; whether it did what it was asked is not known. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * What `work` resolves to on one connection. Waiting for a free connection counts: after `deadlineMs` altogether this
 * rejects with DeadlineError and throws the connection away, for the server behind it may be frozen or gone.
 */
export async function withinDeadline<T>(
  database: Database,
  deadlineMs: number,
  work: (connection: Transaction) => Promise<T>,
): Promise<T> {
  let isLate = false;
  let endConnection: ((error: Error) => void) | null = null;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlineError(`no answer from the database within ${deadlineMs} ms`);
      isLate = true;
      reject(error);
      endConnection?.(error);
    }, deadlineMs);
  });
  const onConnection = async (): Promise<T> => {
    const connection = await database.connect();
    const release = once((error?: Error) => connection.release(error));
    endConnection = release;
    try {
      if (isLate) return await late;
      const result = await work(connection);
      release();
      return result;
    } catch (error) {
      release(isLate ? undefined : asError(error));
      throw error;
    }
  };
  try {
    return await Promise.race([onConnection(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function once(action: (error?: Error) => void): (error?: Error) => void {
  let isDone = false;
  return (error) => {
    if (isDone) return;
    isDone = true;
    action(error);
  };
}
