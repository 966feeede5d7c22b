import { messageIdIn, type MessageId } from './message-id.ts';

/** "%3C" and the like decoded; the text itself where what is encoded is no UTF-8. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a URL that somebody typed: what it says is all there is
  }
}

/**
 * The message-id that a text is, with or without its brackets: "a1@brook.example" -> "<a1@brook.example>"; null when it has no "@"
 * between other characters, or holds blanks, brackets or control characters. Over 998 octets: see messageIdIn.
 */
export function messageIdOfText(text: string): MessageId | null {
  const bare = text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
  const at = bare.indexOf('@');
  const isId = at > 0 && at < bare.length - 1 && !/[\x00-\x20\x7f<>]/.test(bare);
  return isId ? messageIdIn(`<${bare}>`) : null;
}

/** What stands behind the host: "/all/a1@brook.example/" of "https://lore.kernel.org/all/a1@brook.example/#r". */
function withoutHostAndFragment(url: string): string {
  const host = url.indexOf('://') + '://'.length;
  const [location = ''] = url.slice(host).split('#', 1);
  const path = location.search(/[/?]/);
  return path === -1 ? '' : location.slice(path);
}

/**
 * The message-id in a URL: the first part of its path that is one, else the first value of its query, percent-decoded:
 * "https://lore.kernel.org/all/a1@brook.example/T/#u" -> "<a1@brook.example>". So it is found in the URLs of public-inbox (…/list/ID/, /r/ID),
 * Patchwork (…/patch/ID/, /cover/ID/), Patchew and mail-archive.com (?q=ID). Also "mid:ID". null where there is none, as in
 * …/patch/807493/ or ?series=12. Linear; never throws. Source: RFC 2392; the archives' own URLs.
 */
export function messageIdInUrl(url: string): MessageId | null {
  if (url.toLowerCase().startsWith('mid:')) {
    return messageIdOfText(percentDecoded(url.slice('mid:'.length)));
  }
  const [path = '', query = ''] = withoutHostAndFragment(url).split('?', 2);
  const values = query.split('&').map((part) => part.slice(part.indexOf('=') + 1));
  for (const part of [...path.split('/'), ...values]) {
    const id = messageIdOfText(percentDecoded(part));
    if (id !== null) return id;
  }
  return null;
}
