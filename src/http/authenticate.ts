/** Who sent a request. */
export interface Caller {
  readonly userId: number;
  readonly username: string;
  readonly isSuperuser: boolean;
}

/**
 * The user whom an Authorization header names; throws ApiError 403 ("Invalid token.") when its credentials are wrong.
 * `authorization`: "Token 0123…" or "Basic dXNlcjpw…". null for another scheme, which
 * is somebody else's to know. Not called for a request without the header.
 */
export type Authenticate = (authorization: string) => Promise<Caller | null>;
