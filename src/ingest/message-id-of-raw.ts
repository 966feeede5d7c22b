import { messageIdIn } from '../message/message-id.ts';

/** Of a header, as much as is looked at. */
const maxLookedAtBytes = 16 * 1024;

const fieldName = '\nmessage-id:';

/** The Message-ID of raw bytes, for the log: found at a glance, before anything is parsed. null where it is not found. */
export function messageIdOfRaw(raw: Buffer): string | null {
  const text = `\n${raw.toString('latin1', 0, maxLookedAtBytes).replaceAll('\r\n', '\n')}`;
  const end = text.indexOf('\n\n', 1);
  const header = end === -1 ? text : text.slice(0, end);
  const start = header.toLowerCase().indexOf(fieldName);
  if (start === -1) return null;
  const open = header.indexOf('<', start);
  const close = header.indexOf('>', open);
  if (open === -1 || close === -1) return null;
  return messageIdIn(header.slice(open, close + 1));
}
