import { messageIdIn } from '../message/message-id.ts';

/** Of a header, as much as is looked at. */
const maxLookedAtBytes = 16 * 1024;

const fieldName = '\nmessage-id:';

/** The Message-ID of raw bytes, for the log: found at a glance, before anything is parsed. null where it is not found. */
export function messageIdOfRaw(raw: Buffer): string | null {
  const header = `\n${beginningOfHeader(raw)}`;
  const start = header.toLowerCase().indexOf(fieldName);
  if (start === -1) return null;
  const open = header.indexOf('<', start);
  const close = header.indexOf('>', open);
  if (open === -1 || close === -1) return null;
  return messageIdIn(header.slice(open, close + 1));
}

/** Every message comes through here, so the body is not made a string of. */
function beginningOfHeader(raw: Buffer): string {
  const beginning = raw.subarray(0, maxLookedAtBytes);
  const ends = ['\n\n', '\n\r\n']
    .map((blank) => beginning.indexOf(blank))
    .filter((at) => at !== -1);
  return beginning.toString('latin1', 0, Math.min(...ends, beginning.length));
}
