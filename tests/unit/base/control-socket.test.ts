import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { isOfUserAlone } from '../../../src/base/control-socket.ts';

/** Everybody may make a folder in /tmp, before its owner does. */
describe('the folder of the control sockets', () => {
  let top: string;
  let folder: string;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'trainyard-sockets-'));
    folder = join(top, 'sockets');
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  it('is used where only this user may enter it', () => {
    assert.equal(isOfUserAlone(folder), false);
    mkdirSync(folder, { mode: 0o700 });
    assert.equal(isOfUserAlone(folder), true);
  });

  for (const mode of [0o701, 0o710, 0o777, 0o1777]) {
    it(`is not where others may enter it (${mode.toString(8)})`, () => {
      mkdirSync(folder);
      chmodSync(folder, mode);
      assert.equal(isOfUserAlone(folder), false);
    });
  }

  it('is not where it is a link to a folder of this user, or no folder', () => {
    mkdirSync(join(top, 'mine'), { mode: 0o700 });
    symlinkSync(join(top, 'mine'), folder);
    assert.equal(isOfUserAlone(folder), false);
    rmSync(folder);
    writeFileSync(folder, '', { mode: 0o600 });
    assert.equal(isOfUserAlone(folder), false);
  });

  it('is not where somebody else made it', () => {
    // Only root can give a folder to somebody else; for everybody else root’s own is one.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) mkdirSync(folder, { mode: 0o700 });
    if (isRoot) chownSync(folder, 54_321, 54_321);
    assert.equal(isOfUserAlone(isRoot ? folder : '/root'), false);
  });
});
