import type { AcceptMessage } from '../ingest/accept.ts';
import { messageIdOfRaw } from '../ingest/message-id-of-raw.ts';
import type { ListenerOptions, ReceivedMessage } from '../smtp/listener-options.ts';
import { replies } from '../smtp/reply.ts';
import { StorageFullError } from '../store/storage-room.ts';

/** How a message that was not stored is known in the log. */
export interface RefusedMessage {
  readonly stage: 'accept';
  readonly messageId: string | null;
}

/** Takes what a listener received into custody: the reply says whether it is there. */
export function storeMessages(
  accept: AcceptMessage,
  source: string,
  reportError: (error: unknown, message: RefusedMessage) => void,
): ListenerOptions['accept'] {
  return async (message) => {
    try {
      const receipt = await accept({ raw: message.raw, arrival: arrivalOf(source, message) });
      return receipt.isDuplicate ? replies.alreadyStored : replies.stored;
    } catch (error) {
      reportError(error, { stage: 'accept', messageId: messageIdOfRaw(message.raw) });
      return error instanceof StorageFullError ? replies.storageFull : replies.unavailable;
    }
  };
}

function arrivalOf(source: string, { envelopeFrom, envelopeTo, peer }: ReceivedMessage) {
  return { source, position: null, requestedListId: null, envelopeFrom, envelopeTo, peer };
}
