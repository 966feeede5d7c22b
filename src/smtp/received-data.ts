import type { SMTPServerDataStream } from 'smtp-server';

/**
 * What came of one DATA command: a whole message; one over the limit whose end was reached; or no message, because it
 * went on to twice the limit, took too long, or the peer went away.
 */
export type ReceivedData =
  | { readonly outcome: 'message'; readonly raw: Buffer }
  | { readonly outcome: 'too-big' | 'far-too-big' | 'too-slow' | 'dropped' };

/**
 * Collects a message, at most `maxMessageBytes` of it in memory. Never rejects. Only the stream's 'end' makes a message:
 * 'close' also comes when the peer drops the connection half way.
 */
export function receivedData(
  stream: SMTPServerDataStream,
  limits: { readonly maxMessageBytes: number; readonly deadlineMs: number },
): Promise<ReceivedData> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let byteCount = 0;
    const deadline = setTimeout(() => settle({ outcome: 'too-slow' }), limits.deadlineMs);
    function settle(received: ReceivedData): void {
      clearTimeout(deadline);
      chunks = [];
      stream.off('data', collect);
      stream.resume(); // what may still come is read and dropped
      resolve(received);
    }
    function collect(chunk: Buffer): void {
      byteCount += chunk.length;
      if (byteCount <= limits.maxMessageBytes) chunks.push(chunk);
      else chunks = [];
      if (byteCount > 2 * limits.maxMessageBytes) settle({ outcome: 'far-too-big' });
    }
    stream.on('data', collect);
    stream.on('end', () => {
      if (byteCount > limits.maxMessageBytes) settle({ outcome: 'too-big' });
      else settle({ outcome: 'message', raw: Buffer.concat(chunks, byteCount) });
    });
    stream.on('error', () => settle({ outcome: 'dropped' }));
    stream.on('close', () => settle({ outcome: 'dropped' }));
  });
}
