import { ApiError } from '../http/api-error.ts';
import type { Authenticate } from '../http/authenticate.ts';

/** For a site without users: nobody's credentials are right. */
export const refuseCredentials: Authenticate = async () => {
  throw new ApiError(403, { detail: 'Invalid token.' });
};
