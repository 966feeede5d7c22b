import { isIPv4 } from 'node:net';
import type { PeerNetworks } from './peer-networks.ts';

/** What one peer's address may use. The network around it may use three times as much, and the one around that nine times. */
export interface PeerLimitOptions {
  readonly maxClientsPerPeer: number;
  readonly maxConnectionsPerMinute: number;
  /** These are not limited. */
  readonly unlimited: PeerNetworks;
}

const minuteMs = 60_000;

/** More networks than this in one minute are an attack that counting does not help against; the counts begin anew. */
const maxCountedNetworks = 100_000;

const shares = [1, 3, 9] as const;

/**
 * Bounds what one address, or many of one network, can take of a listener: open connections, and new ones in a minute.
 * Source: the network sizes (IPv4 /32, /26, /21; IPv6 /64, /48, /32) and the factor 3 are those of mox.
 */
export class PeerLimits {
  readonly #options: PeerLimitOptions;
  readonly #openCounts = new Map<string, number>();
  readonly #minuteCounts = new Map<string, number>();
  #minuteStartedAt = -Infinity;

  constructor(options: PeerLimitOptions) {
    this.#options = options;
  }

  /** Networks that have open connections. */
  get openNetworkCount(): number {
    return this.#openCounts.size;
  }

  /** Counts a connection; what ends the count when that is closed, or null when it is one too many. */
  admit(address: string, nowMs: number): (() => void) | null {
    if (this.#options.unlimited.has(address)) return () => undefined;
    this.#startMinute(nowMs);
    const networks = networksOf(address);
    const { maxClientsPerPeer, maxConnectionsPerMinute } = this.#options;
    if (isOver(this.#minuteCounts, networks, maxConnectionsPerMinute)) return null;
    for (const network of networks) add(this.#minuteCounts, network, 1);
    if (isOver(this.#openCounts, networks, maxClientsPerPeer)) return null;
    for (const network of networks) add(this.#openCounts, network, 1);
    let isOpen = true;
    return () => {
      if (isOpen) for (const network of networks) add(this.#openCounts, network, -1);
      isOpen = false;
    };
  }

  #startMinute(nowMs: number): void {
    const isSameMinute = nowMs - this.#minuteStartedAt < minuteMs;
    if (isSameMinute && this.#minuteCounts.size < maxCountedNetworks) return;
    this.#minuteStartedAt = nowMs;
    this.#minuteCounts.clear();
  }
}

function isOver(counts: Map<string, number>, networks: readonly string[], limit: number): boolean {
  return networks.some((network, at) => (counts.get(network) ?? 0) >= limit * (shares[at] ?? 1));
}

function add(counts: Map<string, number>, network: string, change: number): void {
  const count = (counts.get(network) ?? 0) + change;
  if (count > 0) counts.set(network, count);
  else counts.delete(network);
}

/** The networks of an address, the narrowest first: "192.0.2.7" -> ["c0000207/32", "c0000200/26", "c0000000/21"]. */
export function networksOf(address: string): string[] {
  const mapped = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : address;
  if (isIPv4(mapped)) {
    const number = mapped.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    return [32, 26, 21].map((length) => {
      const step = 2 ** (32 - length);
      return `${(number - (number % step)).toString(16)}/${length}`;
    });
  }
  const groups = ipv6Groups(address);
  return [4, 3, 2].map((count) => `${groups.slice(0, count).join(':')}/${count * 16}`);
}

/** The first half of an IPv6 address as four groups: "2001:db8::7" -> ["2001", "db8", "0", "0"]. Source: RFC 4291 section 2.2. */
function ipv6Groups(address: string): string[] {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const embeddedCount = after.at(-1)?.includes('.') ? 1 : 0;
  const zeroCount = tail === undefined ? 0 : 8 - before.length - after.length - embeddedCount;
  const zeros = Array.from({ length: zeroCount }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).map((group) => group.toLowerCase());
}
