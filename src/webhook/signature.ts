import { createHmac } from 'node:crypto';

/**
 * "t=1795464886,v1=5f0c…": when a body was signed, in seconds since 1970, and the HMAC-SHA256 in hex of that number, a
 * dot and the body. A receiver that refuses old times cannot be shown a request twice.
 */
export function webhookSignature(secret: Buffer, body: Buffer, seconds: number): string {
  const hmac = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
  return `t=${seconds},v1=${hmac}`;
}
