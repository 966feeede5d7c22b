import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeTestFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

const runFile = promisify(execFile);

/** Containers have the tools, and root in them is often not allowed to mount. */
const tryMount = `
set -e
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir "$home/disk"
truncate -s 2M "$home/image"
mkfs.ext4 -q "$home/image"
mount -o loop "$home/image" "$home/disk"
umount "$home/disk"
`;

/** Reason to skip a test that needs a disk of its own; false where one can be made. */
export const needsOwnDisk = reasonWithoutDisk();

function reasonWithoutDisk(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can mount a disk';
  const tools = ['losetup', 'mkfs.ext4', 'mount', 'umount', 'perl'];
  const missing = tools.find((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing !== undefined) return `${missing} is not installed`;
  const { status, stderr } = spawnSync('sh', ['-c', tryMount], { encoding: 'utf8' });
  return status === 0 ? false : `no disk can be mounted here: ${stderr.trim()}`;
}

/** Makes ext4 forget what is not on disk, its journal included. Source: Linux, fs/ext4/ext4.h, EXT4_IOC_SHUTDOWN. */
const shutdownProgram = `
my ($EXT4_IOC_SHUTDOWN, $NOLOGFLUSH) = (0x8004587d, pack('I', 2));
open(my $folder, '<', $ARGV[0]) or die $!;
ioctl($folder, $EXT4_IOC_SHUTDOWN, $NOLOGFLUSH) or die $!;
`;

/** A small file system that can lose its power: what was not synchronized is gone, as it is from a page cache. */
export class LossyDisk {
  /** Where it is mounted; everybody may enter. */
  readonly folder: string;
  readonly #device: string;

  readonly #home: string;

  private constructor(home: string, device: string) {
    this.folder = join(home, 'disk');
    this.#home = home;
    this.#device = device;
  }

  /** Makes one and mounts it; whoever makes it removes it. Rejects where mounting is forbidden. */
  static async make(sizeBytes: number): Promise<LossyDisk> {
    const home = await makeTestFolder();
    const image = join(home, 'image');
    await writeFile(image, '');
    await truncate(image, sizeBytes);
    await runFile('mkfs.ext4', ['-q', '-m', '0', image]);
    await mkdir(join(home, 'disk'));
    const { stdout } = await runFile('losetup', ['--find', '--show', image]);
    const disk = new LossyDisk(home, stdout.trim());
    await disk.#mount();
    return disk;
  }

  /** For after the processes that use it have gone. */
  async remove(): Promise<void> {
    await this.#unmount();
    await runFile('losetup', ['--detach', this.#device]);
    await rm(this.#home, { recursive: true, force: true });
  }

  /** From here on nothing more comes to the disk, and what was not there yet never will. */
  async cutPower(): Promise<void> {
    await runFile('perl', ['-e', shutdownProgram, this.folder]);
  }

  /** Brings back what is on the disk; whoever had files open there must be gone. */
  async restorePower(): Promise<void> {
    await this.#unmount();
    await this.#mount();
  }

  async #mount(): Promise<void> {
    await runFile('mount', [this.#device, this.folder]);
    await chmod(this.folder, 0o755);
  }

  async #unmount(): Promise<void> {
    await until('the disk is not in use', async () => {
      const { status, stderr } = spawnSync('umount', [this.folder], { encoding: 'utf8' });
      if (status === 0 || stderr.includes('not mounted')) return true;
      assert.match(stderr, /busy/);
      return false;
    });
  }
}
