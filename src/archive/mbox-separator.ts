/** 'commit': written by git format-patch, with a commit's name in the sender's place; 'sender': by anything else. */
export type SeparatorKind = 'sender' | 'commit';

const weekdays = new Set('Sun Mon Tue Wed Thu Fri Sat'.split(' '));
const months = new Set('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '));
const maxZoneTokens = 2;

/**
 * Kind of separator that an mbox line is by its own form, "From " + sender + date as asctime writes it; null for any
 * other line. "From mboxrd@z Thu Jan  1 00:00:00 1970" -> 'sender'; also "From - Mon …" (Thunderbird), "From user at
 * host  Mon …" (pipermail) and dates with a time zone before or after the year. "From <40 or 64 hex digits> Mon Sep 17
 * 00:00:00 2001" -> 'commit'. Linear in the line. Source: RFC 4155 appendix A; git format-patch.
 */
export function separatorKind(line: string): SeparatorKind | null {
  if (!line.startsWith('From ')) return null;
  const tokens = line.split(/[ \t\r\n]/).filter((token) => token !== '');
  const senderTokens = tokens[2] === 'at' ? 3 : 1;
  if (!isAsctimeDate(tokens.slice(1 + senderTokens))) return null;
  return isCommitName(tokens[1] ?? '') ? 'commit' : 'sender';
}

/** Whether a line may follow a separator: a header field "Name: …", or a further "From " or ">From " line of old mailers. */
export function mayFollowSeparator(line: string): boolean {
  return /^(?:[!-9;-~]+[ \t]*:|>?From )/.test(line);
}

/** ["Thu", "Jan", "1", "00:00:00", "1970"], with up to two tokens of time zone before and after the year. */
function isAsctimeDate(tokens: readonly string[]): boolean {
  const [weekday = '', month = '', day = '', time = '', ...rest] = tokens;
  if (!weekdays.has(weekday) || !months.has(month)) return false;
  if (!/^[0-9]{1,2}$/.test(day) || !/^[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?$/.test(time)) return false;
  const yearAt = rest.findIndex((token) => /^[0-9]{4}$/.test(token));
  if (yearAt === -1 || yearAt > maxZoneTokens || rest.length - yearAt - 1 > maxZoneTokens)
    return false;
  return rest.every((token, index) => index === yearAt || isTimeZone(token));
}

function isTimeZone(token: string): boolean {
  return /^(?:[A-Z]{1,5}|[+-][0-9]{4}|\([A-Z]{1,5}\))$/.test(token);
}

function isCommitName(token: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(token);
}
