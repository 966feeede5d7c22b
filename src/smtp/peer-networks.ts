import { BlockList, isIP } from 'node:net';

/** A list of networks that cannot be understood: a mistake in the configuration. */
export class PeerNetworksError extends Error {
  override readonly name = 'PeerNetworksError';

  constructor(text: string) {
    super(`"${text}" is no network: write 192.0.2.7, 192.0.2.0/24, 2001:db8::/32 or 0.0.0.0/0`);
  }
}

/** Addresses of the peers that something holds for. */
export interface PeerNetworks {
  /** `address` as a socket has it: "192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7". */
  has(address: string): boolean;
}

/** Source: RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3. */
export const loopbackNetworks = '127.0.0.0/8,::1';

/** "192.0.2.0/24, 2001:db8::7" -> the networks named. Throws PeerNetworksError. */
export function peerNetworks(text: string): PeerNetworks {
  const list = new BlockList();
  for (const part of text.split(',')) addNetwork(list, part.trim());
  return {
    has: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)),
  };
}

function addNetwork(list: BlockList, text: string): void {
  const [address = '', length, ...rest] = text.split('/');
  const maxLength = isIP(address) === 4 ? 32 : 128;
  const isWhole = length === undefined;
  const isLength = isWhole || (/^[0-9]{1,3}$/.test(length) && Number(length) <= maxLength);
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0 || !isLength) {
    throw new PeerNetworksError(text);
  }
  list.addSubnet(address, isWhole ? maxLength : Number(length), familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
