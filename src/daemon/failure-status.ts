import { mayBeTriedAgain } from '../store/database-errors.ts';

/** The status of an answer that an error has prevented. */
export function failureStatus(error: unknown): 500 | 503 {
  return mayBeTriedAgain(error) ? 503 : 500;
}
