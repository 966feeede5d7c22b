/** An mbox (mboxrd) of raw messages with line ends LF. */
export function mboxText(raws: readonly Buffer[]): Buffer {
  const parts = raws.map((raw) => {
    const quoted = raw.toString('latin1').replace(/^(>*From )/gm, '>$1');
    const end = quoted.endsWith('\n') ? '\n' : '\n\n';
    return `From mboxrd@z Thu Jan  1 00:00:00 1970\n${quoted}${end}`;
  });
  return Buffer.from(parts.join(''), 'latin1');
}
