import { ApiError } from './api-error.ts';

/**
 * Where URLs in answers begin: PUBLIC_URL where it is set, else what the client called this server.
 * Throws 400 for a Host header that is none, so that nothing foreign gets into URLs.
 */
export function siteAddress(publicUrl: string | null, host: string | undefined): string {
  if (publicUrl !== null) return publicUrl;
  if (host === undefined || !/^[A-Za-z0-9._:[\]-]{1,300}$/.test(host)) {
    throw new ApiError(400, { detail: 'Invalid Host header.' });
  }
  return `http://${host}`;
}
