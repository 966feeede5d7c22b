/** A message-id with its angle brackets, at most 998 octets: "<20200429192340.14252-1-pvorel@suse.cz>". */
export type MessageId = string & { readonly __brand: 'MessageId' };
