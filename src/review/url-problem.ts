const schemes = new Set(['http:', 'https:', 'ftp:', 'ftps:']);

/**
 * What is wrong with a URL that is shown as a link: "Enter a valid URL."; null when nothing is. As in Patchwork the
 * host is an address, localhost, or a name with a dot.
 */
export function urlProblem(text: string): string | null {
  return isLink(text) ? null : 'Enter a valid URL.';
}

function isLink(text: string): boolean {
  if (!/^[A-Za-z]+:\/\//.test(text) || /[\s<>"\\^`{|}]/.test(text) || !URL.canParse(text)) {
    return false;
  }
  const { protocol, hostname } = new URL(text);
  return schemes.has(protocol) && isHost(hostname);
}

function isHost(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.startsWith('[')) return true;
  const labels = hostname.replace(/\.$/, '').split('.');
  return labels.length > 1 && labels.every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label));
}
