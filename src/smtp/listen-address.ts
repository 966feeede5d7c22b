import { isIP } from 'node:net';

/** Where a listener waits: a TCP port of one local address, or a unix socket. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** A listen address that cannot be understood: a mistake in the configuration. */
export class ListenAddressError extends Error {
  constructor(text: string) {
    super(
      `"${text}" is no address to listen on: write 127.0.0.1:2525, [::1]:2525 or /path/to/socket`,
    );
    this.name = 'ListenAddressError';
  }
}

/**
 * "127.0.0.1:2525", "localhost:2525" and "[::1]:2525" -> tcp, an absolute path -> unix. Port 0 lets the system choose.
 * The host has to be named, as an open door on every interface should be somebody's decision. Throws ListenAddressError.
 */
export function listenAddress(text: string): ListenAddress {
  if (text.startsWith('/')) return { kind: 'unix', path: text };
  const colonAt = text.lastIndexOf(':');
  const host = hostName(text.slice(0, Math.max(colonAt, 0)));
  const port = text.slice(colonAt + 1);
  if (host === null || !/^[0-9]{1,5}$/.test(port) || Number(port) > 65535) {
    throw new ListenAddressError(text);
  }
  return { kind: 'tcp', host, port: Number(port) };
}

/** The form that `listenAddress` reads. */
export function listenAddressText(address: ListenAddress): string {
  if (address.kind === 'unix') return address.path;
  const host = isIP(address.host) === 6 ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}

function hostName(text: string): string | null {
  if (text.startsWith('[') && text.endsWith(']')) {
    const inner = text.slice(1, -1);
    return isIP(inner) === 6 ? inner : null;
  }
  return /^[A-Za-z0-9.-]+$/.test(text) ? text : null;
}
