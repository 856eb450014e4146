import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import { type SmallDisk, smallDisk } from '../../support/small-disk.ts';
import { type Yard, yard } from '../../support/yard.ts';

describe('launching a run on a disk that takes nothing', () => {
  let here: Yard;
  let disk: SmallDisk | undefined;
  let path: string;
  beforeEach(function () {
    disk = smallDisk(this, 64);
    path = disk.path;
    here = yard();
  });
  afterEach(() => {
    if (!disk) return;
    disk.remove();
    disk = undefined;
    here.remove();
  });

  const refusal = async () => {
    const file = here.file('train.py', 'print(1)');
    const store = join(path, '.trainyard');
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
    mkdirSync(join(path, '.trainyard/runs'), { recursive: true });
    writeFileSync(join(path, '.trainyard/.gitignore'), '/*\n');
    disk?.fill();
    assert.match(await refusal(), /ENOSPC/);
    assert.deepEqual(readdirSync(join(path, '.trainyard/runs')), []);
  });

  it('says that it is read-only', async () => {
    mkdirSync(join(path, '.trainyard/runs'), { recursive: true });
    writeFileSync(join(path, '.trainyard/.gitignore'), '/*\n');
    execFileSync('mount', ['-o', 'remount,ro', path]);
    assert.match(await refusal(), /EROFS/);
  });
});
