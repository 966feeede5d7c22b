/**
 * Parses the messages that its parent sends, in a process that may read nothing but its own code, and answers with what was
 * tried all the same: files opened, sockets connected, names looked up, processes started.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../src/package-root.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';

const attempts: string[] = [];
const ownFolders = [packageRoot, fs.realpathSync(`${packageRoot}/node_modules`)];

/** Whether a call only loads more of our own code, as charset tables and mailparser are when they are needed. */
function isOwnCode(place: unknown): boolean {
  const path = place instanceof URL ? fileURLToPath(place) : String(place);
  return ownFolders.some((folder) => path.startsWith(folder));
}

/** Notes every call of functions of a module or class, all of them unless some are named. */
function watch(
  name: string,
  owner: object,
  isHarmless: (first: unknown) => boolean,
  keys: readonly string[] = Object.keys(owner).filter((key) => !/^[A-Z_]/.test(key)),
): void {
  for (const key of keys) {
    const original: unknown = Reflect.get(owner, key);
    if (typeof original !== 'function') continue;
    Reflect.set(owner, key, function watched(this: unknown, ...args: unknown[]): unknown {
      if (!isHarmless(args[0])) attempts.push(`${name}.${key} ${String(args[0])}`);
      return Reflect.apply(original, this, args);
    });
  }
}

watch('fs', fs, isOwnCode);
watch('fs.promises', fs.promises, isOwnCode);
watch('dns', dns, () => false);
watch('child_process', childProcess, () => false);
watch('net', net.Socket.prototype, () => false, ['connect']);
watch('dgram', dgram.Socket.prototype, () => false, ['send']);
syncBuiltinESMExports();

/** The watch itself is tried first: a message may be the path of a file to read, or a port to connect to. */
async function parseOrTry(text: string): Promise<readonly string[]> {
  attempts.length = 0;
  const trial = /^try (fs|net) (\S+)$/.exec(text);
  try {
    if (trial?.[1] === 'fs') fs.readFileSync(trial[2]!);
    else if (trial?.[1] === 'net') net.connect(Number(trial[2]), '127.0.0.1').on('error', () => 0);
    else await parseMessage(Buffer.from(text, 'latin1'));
  } catch (error) {
    attempts.push(String(error));
  }
  return [...attempts];
}

process.on('message', (text: string) => {
  void parseOrTry(text).then((tried) => process.send?.(tried));
});
