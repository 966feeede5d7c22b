import { CommandError, exitCode } from './exit-code.ts';

/** All that standard input holds. */
export async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  } catch (error) {
    throw new CommandError(exitCode.ioError, 'standard input cannot be read', error);
  }
  return Buffer.concat(chunks);
}
