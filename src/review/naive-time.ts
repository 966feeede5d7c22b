/**
 * A time as the API writes it, in UTC and without a zone: "2017-08-30T08:32:05Z" -> "2017-08-30T08:32:05". Six digits follow the
 * seconds where they are not whole: "2017-08-30T08:32:05.1Z" -> "2017-08-30T08:32:05.100000".
 */
export function naiveTime(iso: string): string {
  const time = iso.endsWith('Z') ? iso.slice(0, -1) : iso;
  const point = time.indexOf('.');
  return point === -1 ? time : time.padEnd(point + 7, '0');
}
