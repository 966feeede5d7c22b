/**
 * A listener in a process of its own, so that its memory can be measured apart from its clients': says its address, and
 * answers each message from the parent with its resident memory in bytes.
 */
import { startListener } from '../../src/smtp/listener.ts';
import { MessageMemory } from '../../src/smtp/message-memory.ts';
import { replies } from '../../src/smtp/reply.ts';

const maxMessageBytes = 25 * 1024 * 1024;
const listener = await startListener({
  address: '127.0.0.1:0',
  protocol: 'smtp',
  hostname: 'lists.example.org',
  maxMessageBytes,
  bareLineEnds: 'reject',
  memory: new MessageMemory(8 * maxMessageBytes),
  accept: async () => replies.stored,
  recipientReply: async (address) =>
    address === 'list@example.org' ? null : replies.unknownRecipient,
  reportError: (error) => console.error(error),
});
process.on('message', () => process.send?.({ residentBytes: process.memoryUsage.rss() }));
process.send?.({ address: listener.address });
