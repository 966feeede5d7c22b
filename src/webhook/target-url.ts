import { isIP } from 'node:net';
import { isPrivateAddress } from './private-networks.ts';

/** A URL that nothing may be sent to; `message` says why. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

/** The URL of a receiver: http or https, and no address of a private network unless that is allowed. Throws TargetError. */
export function targetUrl(text: string, allowsPrivate: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new TargetError('not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TargetError(`${url.protocol} is neither http: nor https:`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TargetError('user and password in a URL are not sent');
  }
  const address = hostAddress(url);
  if (address !== null && !allowsPrivate && isPrivateAddress(address)) {
    throw new TargetError(`${address} is a private address`);
  }
  return url;
}

/** "::1" of "http://[::1]:8080/"; null where the host is a name. */
function hostAddress({ hostname }: URL): string | null {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}
