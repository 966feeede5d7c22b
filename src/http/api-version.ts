/** Versions of the REST API, oldest first. A path without a version means the newest. */
export const apiVersions = ['1.0', '1.1', '1.2', '1.3', '1.4'] as const;

/** "1.3" */
export type ApiVersion = (typeof apiVersions)[number];

export const newestVersion: ApiVersion = '1.4';

/** Whether what came with `since` is part of `version`. */
export function isPartOf(version: ApiVersion, since: ApiVersion): boolean {
  return apiVersions.indexOf(since) <= apiVersions.indexOf(version);
}
