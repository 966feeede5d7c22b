import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';
import { dockerInstructions } from './dockerfile.ts';
import type { DockerInstruction } from './dockerfile.ts';

const run = promisify(execFile);

/** What a Dockerfile makes, in a folder instead of an image: the base image's files are this machine's. */
export interface BuiltImage {
  /** Stands for "/" of the image. */
  readonly root: string;
  readonly workFolder: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  /** ENTRYPOINT and CMD. */
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

/** Carries out a Dockerfile's instructions, a folder below `folder` for each stage. The last stage is the image. */
export async function buildImage(dockerfile: string, folder: string): Promise<BuiltImage> {
  const instructions = dockerInstructions(await readFile(join(packageRoot, dockerfile), 'utf8'));
  const stages = new Map<string, Stage>();
  let stage: Stage | null = null;
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') {
      const name = instruction.text.split(' AS ')[1] ?? 'image';
      stage = new Stage(join(folder, name));
      stages.set(name, stage);
    } else {
      assert.ok(stage, 'FROM comes first');
      await stage.carryOut(instruction, stages);
    }
  }
  assert.ok(stage, 'there is a stage');
  return stage.image();
}

class Stage {
  readonly root: string;
  #workFolder = '/';
  readonly #settings = new Map<string, string>();
  readonly #environment: Record<string, string> = {};

  constructor(root: string) {
    this.root = root;
  }

  async carryOut(
    { name, text }: DockerInstruction,
    stages: ReadonlyMap<string, Stage>,
  ): Promise<void> {
    if (name === 'WORKDIR') {
      this.#workFolder = text;
      await mkdir(join(this.root, text), { recursive: true });
    } else if (name === 'COPY') await this.#copy(text.split(' '), stages);
    else if (name === 'RUN') await run('sh', ['-c', text], { cwd: this.#inWorkFolder('.') });
    else if (name === 'ENV') {
      const [variable = '', value = ''] = text.split('=');
      this.#environment[variable] = value;
    } else this.#settings.set(name, text);
  }

  image(): BuiltImage {
    const words = (name: string): string[] => {
      const text = this.#settings.get(name) ?? assert.fail(`there is ${name}`);
      return JSON.parse(text.slice(text.indexOf('[')));
    };
    return {
      root: this.root,
      workFolder: this.#inWorkFolder('.'),
      user: this.#settings.get('USER') ?? 'root',
      environment: this.#environment,
      command: [...words('ENTRYPOINT'), ...words('CMD')],
      healthCheck: words('HEALTHCHECK'),
    };
  }

  #inWorkFolder(path: string): string {
    return join(this.root, posix.resolve(this.#workFolder, path));
  }

  async #copy(words: readonly string[], stages: ReadonlyMap<string, Stage>): Promise<void> {
    const from = words[0]?.startsWith('--from=') ? words[0].slice('--from='.length) : null;
    const paths = from === null ? words : words.slice(1);
    const origin = from === null ? packageRoot : stages.get(from)?.root;
    assert.ok(origin !== undefined, `stage ${from} comes before`);
    const target = paths.at(-1) ?? '';
    for (const source of paths.slice(0, -1)) {
      const into = target.endsWith('/') ? join(target, basename(source)) : target;
      await cp(join(origin, source), this.#inWorkFolder(into), { recursive: true });
    }
  }
}
