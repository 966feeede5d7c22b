/** An answer other than success: `body` goes out as JSON. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** What was asked for is found at another place for good: `path` on this site. */
export class MovedError extends Error {
  override readonly name = 'MovedError';
  readonly path: string;

  constructor(path: string) {
    super(`moved to ${path}`);
    this.path = path;
  }
}

/** 404 for a thing that is not there. */
export function notFound(): ApiError {
  return new ApiError(404, { detail: 'Not found.' });
}

/** 404 for a page that a list does not have. */
export function invalidPage(): ApiError {
  return new ApiError(404, { detail: 'Invalid page.' });
}

/** 400 with messages for each field: { state: ["Invalid state zzz. …"] } */
export function invalidFields(messages: Readonly<Record<string, readonly string[]>>): ApiError {
  return new ApiError(400, messages);
}

/** 403 for one who must say who he is. */
export function credentialsMissing(): ApiError {
  return new ApiError(403, { detail: 'Authentication credentials were not provided.' });
}

/** 403 for one who may not do this. */
export function notPermitted(): ApiError {
  return new ApiError(403, { detail: 'You do not have permission to perform this action.' });
}
