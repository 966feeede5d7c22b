const maxLength = 200;

/**
 * The name of a patch, cover letter or series as that of a file: each run of characters other than letters, digits and -_.
 * becomes one "-", none at the ends: "[v2,1/2] lib: x" -> "v2-1-2-lib-x". At most 200 characters, which every file system
 * and every header takes, with what is put before and after it.
 */
export function fileName(name: string): string {
  const dashed = name.replace(/[^-_A-Za-z0-9.]+/g, '-');
  let start = 0;
  let end = dashed.length;
  while (start < end && dashed[start] === '-') start += 1;
  end = Math.min(end, start + maxLength);
  while (end > start && dashed[end - 1] === '-') end -= 1;
  return dashed.slice(start, end);
}
