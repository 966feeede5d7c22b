import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../src/package-root.ts';
import { killNow, lastResort } from './last-resort.ts';

const program = join(packageRoot, 'dist', 'src', 'cli', 'patchloom.js');

export type Environment = Readonly<Record<string, string>>;

/** How a command ended. */
export interface CommandResult {
  /** null: by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way, in a process group of its own: what it started is killed with it. */
export class PatchloomProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<CommandResult>;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], environment: Environment, input: Buffer | null) {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, ...environment };
    this.#child = spawn(process.execPath, [program, ...args], { env, detached: true });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk));
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdin?.end(input ?? undefined);
    this.#ended = this.#result();
  }

  /** Of the command itself, not of what it started. */
  get pid(): number {
    assert.ok(this.#child.pid !== undefined, 'the command was started');
    return this.#child.pid;
  }

  /** What it wrote to standard error so far: the log. */
  get log(): string {
    return this.#stderr;
  }

  /** What it wrote to standard output so far. */
  get output(): string {
    return this.#stdout;
  }

  async result(): Promise<CommandResult> {
    return this.#ended;
  }

  /** The first line on standard output; fails with the log when it ends without one. */
  async firstLine(): Promise<string> {
    const lines = createInterface({ input: this.#child.stdout! });
    const line = once(lines, 'line').then(([text]) => String(text));
    const ended = this.#ended.then(({ code }) =>
      assert.fail(`ended with ${code} before a line:\n${this.#stderr}`),
    );
    return Promise.race([line, ended]);
  }

  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGHUP'): void {
    this.#child.kill(name);
  }

  /** Ends it and all that it started, as a power cut would; the embedded Postgres is not in its group. */
  async killGroup(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    await this.#ended;
  }

  async #result(): Promise<CommandResult> {
    const settle = lastResort(() => killNow(-this.pid));
    const [code] = await once(this.#child, 'close');
    settle();
    return { code, stdout: this.#stdout, stderr: this.#stderr };
  }
}
