/** What the peer is told: 250 only when the message is in custody, 4xx when the trouble is ours or passes, 5xx when it is theirs. */
export interface Reply {
  readonly code: number;
  /** RFC 3463: "4.3.0". */
  readonly enhancedCode: string;
  readonly text: string;
}

/** Every reply of ours; the remaining ones (command syntax and order) are smtp-server's. Source: RFC 5321 section 4.2, RFC 3463. */
export const replies = {
  stored: { code: 250, enhancedCode: '2.0.0', text: 'stored' },
  alreadyStored: { code: 250, enhancedCode: '2.0.0', text: 'stored already' },
  shuttingDown: { code: 421, enhancedCode: '4.3.2', text: 'shutting down, try again soon' },
  dataTooSlow: { code: 421, enhancedCode: '4.4.2', text: 'the message took too long to come' },
  cutOversized: { code: 421, enhancedCode: '4.7.0', text: 'far more data than a message may have' },
  commandTooSlow: { code: 421, enhancedCode: '4.4.2', text: 'the command took too long to come' },
  noMessage: { code: 421, enhancedCode: '4.4.2', text: 'no message came for too long' },
  placeNeeded: { code: 421, enhancedCode: '4.7.0', text: 'idle while others wait for a place' },
  tooManyClients: {
    code: 421,
    enhancedCode: '4.7.0',
    text: 'too many connections, try again later',
  },
  tooManyFromPeer: {
    code: 421,
    enhancedCode: '4.7.0',
    text: 'too many connections from your network, try again later',
  },
  tooManyCommands: {
    code: 421,
    enhancedCode: '4.7.0',
    text: 'too many commands without a message',
  },
  tooManyErrors: { code: 421, enhancedCode: '4.7.0', text: 'too many errors' },
  unavailable: {
    code: 451,
    enhancedCode: '4.3.0',
    text: 'cannot store messages now, try again later',
  },
  storageFull: {
    code: 452,
    enhancedCode: '4.3.1',
    text: 'not enough storage now, try again later',
  },
  tooMuchAtOnce: {
    code: 452,
    enhancedCode: '4.3.1',
    text: 'too much mail is coming in now, try again later',
  },
  tooManyRecipients: {
    code: 452,
    enhancedCode: '4.5.3',
    text: 'too many recipients, send the rest separately',
  },
  bareCommandEnd: {
    code: 500,
    enhancedCode: '5.5.2',
    text: 'a command ends in CRLF and has no other CR or LF',
  },
  tlsRequired: { code: 530, enhancedCode: '5.7.0', text: 'give STARTTLS first' },
  bareLineEnd: {
    code: 550,
    enhancedCode: '5.5.2',
    text: 'a line of the message ends in a bare CR or LF',
  },
  unknownRecipient: {
    code: 550,
    enhancedCode: '5.7.1',
    text: 'no mailing list is kept here under this address',
  },
  messageTooBig: { code: 552, enhancedCode: '5.3.4', text: 'the message is over the size limit' },
  peerRefused: {
    code: 554,
    enhancedCode: '5.7.1',
    text: 'mail from your address is not taken here',
  },
  unknownParameter: {
    code: 555,
    enhancedCode: '5.5.4',
    text: 'a parameter of the command is not known here',
  },
} as const satisfies Record<string, Reply>;

/** Text of a reply after its code: "4.3.0 cannot store messages now, try again later". */
export function replyText(reply: Reply): string {
  return `${reply.enhancedCode} ${reply.text}`;
}

/** A reply in the form in which smtp-server takes refusals. */
export function replyError(reply: Reply): Error & { responseCode: number } {
  return Object.assign(new Error(replyText(reply)), { responseCode: reply.code });
}
