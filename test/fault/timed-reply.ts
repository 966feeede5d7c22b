import { sendAll } from '../support/send-mail.ts';

/** The reply to one message, and after how many milliseconds it came, the connection's start included. */
export async function timedReply(
  address: string,
  raw: Buffer,
): Promise<{ readonly reply: string; readonly ms: number }> {
  const startedAt = performance.now();
  const [reply = ''] = await sendAll(address, [raw]);
  return { reply, ms: performance.now() - startedAt };
}
