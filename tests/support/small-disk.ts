import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid, platform } from 'node:process';
import { skipBecause } from './skip.ts';

export interface SmallDisk {
  path: string;
  /** Takes all of its room, but for so many bytes. */
  fill(left?: number): void;
  remove(): void;
}

/** A file system of so many KiB; skips the test where this machine makes none. */
export function smallDisk(context: Mocha.Context, kibibytes: number): SmallDisk {
  if (platform !== 'linux' || getuid?.() !== 0) skipBecause(context, 'only root can mount a small disk');
  const path = mkdtempSync(join(tmpdir(), 'trainyard-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'trainyard-test', path], { stdio: 'ignore' });
  } catch {
    rmdirSync(path);
    skipBecause(context, 'this machine does not let a disk be mounted');
  }
  return {
    path,
    fill(left = 0) {
      const filler = join(path, 'filler');
      try {
        for (;;) writeFileSync(filler, Buffer.alloc(1024), { flag: 'a' });
      } catch (error) {
        assert.match(String(error), /ENOSPC/);
      }
      if (left > 0) execFileSync('truncate', ['-s', `-${left}`, filler]);
    },
    remove() {
      execFileSync('umount', [path]);
      rmdirSync(path);
    },
  };
}
