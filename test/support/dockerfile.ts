/** One instruction: { name: "COPY", text: "src ./src" }. */
export interface DockerInstruction {
  readonly name: string;
  readonly text: string;
}

/** Instructions of a Dockerfile that has each on one line. Source: Dockerfile reference, "Format". */
export function dockerInstructions(text: string): DockerInstruction[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const space = line.indexOf(' ');
      return { name: line.slice(0, space), text: line.slice(space + 1) };
    });
}
