/** Offset after the line that begins at an offset, its newline included; the text's length for a last line without one. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline + 1;
}
