/** What reviewers say, in lower case, as Patchwork gathers it into a patch's mbox. */
const responseKinds = [
  'tested-by:',
  'reviewed-by:',
  'acked-by:',
  'signed-off-by:',
  'nacked-by:',
  'reported-by:',
];

/**
 * The lines of a comment by which its sender answers for a patch: "Acked-by: A <a@b>". They begin the line, in any case;
 * quoted ones do not. In order, repeats kept.
 */
export function responseLines(comment: string): string[] {
  return comment.split('\n').filter((line) => {
    const start = line.slice(0, 'signed-off-by:'.length).toLowerCase();
    return responseKinds.some((kind) => start.startsWith(kind));
  });
}
