/**
 * Whether a character is white space to Python's str.strip() and `\s`: Patchwork's hash depends on that set, which is not JavaScript's
 * (U+001C to U+001F and U+0085 belong to it, U+FEFF does not). NaN (outside of a text) is none.
 */
export function isPythonSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13) || code >= 28;
  if (code < 0x85) return false;
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}
