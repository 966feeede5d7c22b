import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPrivateAddress } from './private-networks.ts';
import { TargetError } from './target-url.ts';

/**
 * Resolves names for a connection and fails with TargetError if one of the addresses is private. The connection uses the
 * addresses that were looked at, so a name that resolves otherwise a moment later gains nothing.
 */
export const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '');
    const forbidden = addresses.find(({ address }) => isPrivateAddress(address));
    if (forbidden !== undefined) {
      const refusal = new TargetError(`${hostname} is ${forbidden.address}, a private address`);
      return callback(refusal, '');
    }
    const [first] = addresses;
    if (options.all === true) return callback(null, addresses);
    return callback(null, first!.address, first!.family);
  });
};
