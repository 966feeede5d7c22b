const modeAndNameLines = [
  'old mode ',
  'new mode ',
  'new file mode ',
  'deleted file mode ',
  'copy from ',
  'copy to ',
  'rename from ',
  'rename to ',
  'similarity index ',
  'dissimilarity index ',
] as const;

const initials = new Set(modeAndNameLines.map((line) => line.charCodeAt(0)));
const letterI = 105;
/** SHA-256 in hex has 64; more is no object id. */
const maxObjectIdLength = 64;

/** "index 92bf9b8..f6130db 100644" at an offset: prose that begins with "index " is no header. */
function isIndexLine(text: string, at: number): boolean {
  if (!text.startsWith('index ', at)) return false;
  const dots = text.slice(at + 6, at + 6 + 2 * maxObjectIdLength).indexOf('..');
  return dots > 0 && /^[0-9a-f,]+$/.test(text.slice(at + 6, at + 6 + dots));
}

/**
 * Whether an extended header line of git begins at an offset: "rename from a.c", "new file mode 100644", "index 92bf9b8..f6130db 100644".
 * Source: git-diff(1), "generating patch text".
 */
export function isExtendedHeader(text: string, at = 0): boolean {
  const initial = text.charCodeAt(at);
  if (initial === letterI) return isIndexLine(text, at);
  return initials.has(initial) && modeAndNameLines.some((line) => text.startsWith(line, at));
}

/** Whether the line at an offset begins a binary patch of git. */
export function isBinaryPatchStart(text: string, at = 0): boolean {
  return text.startsWith('GIT binary patch', at);
}
