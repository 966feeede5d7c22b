import type { Socket } from 'node:net';
import type { ListenerOptions } from './listener-options.ts';
import { replies, replyText, type Reply } from './reply.ts';

/** Decides which connections a listener takes, and counts those that are open. */
export class Admission {
  readonly #options: Pick<ListenerOptions, 'allowedPeers' | 'peerLimits'>;
  readonly #maxClients: number;
  readonly #makePlace: () => void;
  readonly #releases = new Map<Socket, () => void>();

  /** `makePlace` is called when all places are taken: it may `release` a connection. */
  constructor(
    options: Pick<ListenerOptions, 'allowedPeers' | 'peerLimits'>,
    maxClients: number,
    makePlace: () => void,
  ) {
    this.#options = options;
    this.#maxClients = maxClients;
    this.#makePlace = makePlace;
  }

  get openCount(): number {
    return this.#releases.size;
  }

  /** null when the connection is admitted: it then counts until its socket is closed, or `release`. */
  refusal(socket: Socket, isUnixSocket: boolean): Reply | null {
    const { allowedPeers, peerLimits } = this.#options;
    // A TCP peer that has gone already has no address either; it is nobody that may connect.
    const address = isUnixSocket ? null : (socket.remoteAddress ?? '');
    if (address !== null && allowedPeers?.has(address) === false) return replies.peerRefused;
    if (this.openCount >= this.#maxClients) this.#makePlace();
    if (this.openCount >= this.#maxClients) return replies.tooManyClients;
    const uncount =
      address === null || peerLimits === undefined
        ? () => undefined
        : peerLimits.admit(address, performance.now());
    if (uncount === null) return replies.tooManyFromPeer;
    this.#releases.set(socket, uncount);
    socket.once('close', () => this.release(socket));
    return null;
  }

  release(socket: Socket): void {
    this.#releases.get(socket)?.();
    this.#releases.delete(socket);
  }
}

/** Ends a connection that is not admitted, with a reply where the peer can read one. */
export function turnAway(socket: Socket, reply: Reply, isPlain: boolean): void {
  socket.on('error', () => undefined);
  if (isPlain) socket.write(`${reply.code} ${replyText(reply)}\r\n`);
  socket.destroySoon();
}
