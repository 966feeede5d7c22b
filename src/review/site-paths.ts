import type { MessageId } from '../message/message-id.ts';

/** "/project/ltp/patch/20200929161914.GA12365@example.org/" */
export function patchPath(linkName: string, messageId: MessageId): string {
  return `/project/${linkName}/patch/${messageIdInPath(messageId)}/`;
}

/** "/project/ltp/cover/20200929161914.GA12365@example.org/" */
export function coverPath(linkName: string, messageId: MessageId): string {
  return `/project/${linkName}/cover/${messageIdInPath(messageId)}/`;
}

/** "/project/ltp/list/?series=12" */
export function seriesPath(linkName: string, seriesId: number): string {
  return `/project/${linkName}/list/?series=${seriesId}`;
}

/** "/series/12/mbox/" */
export function seriesMboxPath(seriesId: number): string {
  return `/series/${seriesId}/mbox/`;
}

/** "/comment/12/" */
export function commentPath(commentId: number): string {
  return `/comment/${commentId}/`;
}

/** "/bundle/ada/fixes/" */
export function bundlePath(username: string, bundleName: string): string {
  return `/bundle/${encodeURIComponent(username)}/${encodeURIComponent(bundleName)}/`;
}

/** A message-id as it stands in a path: without angle brackets, what has a meaning in URLs percent-encoded. */
export function messageIdInPath(messageId: MessageId): string {
  const id = messageId.slice(1, -1);
  if (/^[A-Za-z0-9._~!$&'()*+,;=:@-]*$/.test(id)) return id;
  return id.replace(/[^A-Za-z0-9._~!$&'()*+,;=:@-]+/g, (text) => encodeURIComponent(text));
}

/**
 * Where the list's archive has a message: "https://lore.example/ltp/{}" -> "https://lore.example/ltp/a@b.example"; null without
 * a format.
 */
export function archiveUrl(format: string, messageId: MessageId): string | null {
  return format === '' ? null : format.replaceAll('{}', () => messageId.slice(1, -1));
}
