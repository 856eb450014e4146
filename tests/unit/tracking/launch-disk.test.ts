import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getuid, platform } from 'node:process';
import { Fault } from '../../../src/base/fault.ts';
import { skipBecause } from '../../support/skip.ts';
import { type Yard, yard } from '../../support/yard.ts';

describe('launching a run on a disk that takes nothing', () => {
  let here: Yard;
  let disk: string;
  beforeEach(function () {
    if (platform !== 'linux' || getuid?.() !== 0) skipBecause(this, 'only root can mount a small disk');
    here = yard();
    disk = join(here.folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'trainyard-test', disk], { stdio: 'ignore' });
    } catch {
      here.remove();
      skipBecause(this, 'this machine does not let a disk be mounted');
    }
  });
  afterEach(function () {
    if (this.currentTest?.isPending()) return;
    execFileSync('umount', [disk]);
    here.remove();
  });

  const refusal = async () => {
    const file = here.file('train.py', 'print(1)');
    const store = join(disk, '.trainyard');
    const asked = here.launch({ target: { kind: 'script', path: file }, store });
    const error = await asked.then(
      () => assert.fail('it was launched'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Fault, String(error));
    assert.equal(error.code, 'store-not-writable');
    assert.equal(error.params.folder, store);
    return String(error.params.problem);
  };

  it('says that it is full, and leaves nothing behind', async () => {
    mkdirSync(join(disk, '.trainyard/runs'), { recursive: true });
    writeFileSync(join(disk, '.trainyard/.gitignore'), '/*\n');
    fill(join(disk, 'filler'));
    assert.match(await refusal(), /ENOSPC/);
    assert.deepEqual(readdirSync(join(disk, '.trainyard/runs')), []);
  });

  it('says that it is read-only', async () => {
    mkdirSync(join(disk, '.trainyard/runs'), { recursive: true });
    writeFileSync(join(disk, '.trainyard/.gitignore'), '/*\n');
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    assert.match(await refusal(), /EROFS/);
  });
});

function fill(file: string): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(1024), { flag: 'a' });
  } catch (error) {
    assert.match(String(error), /ENOSPC/);
  }
}
