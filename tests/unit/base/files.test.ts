import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolders, storedPath, writeWhole } from '../../../src/base/files.ts';

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes a whole file, making its folders, and leaves nothing else behind', () => {
    const path = join(folder, 'a', 'b.json');
    writeWhole(path, 'one');
    writeWhole(path, 'two');
    assert.equal(readFileSync(path, 'utf8'), 'two');
    assert.deepEqual(readdirSync(join(folder, 'a')), ['b.json']);
  });

  it('keeps the old file and no draft when it cannot write', () => {
    writeFileSync(join(folder, 'taken'), 'old');
    assert.throws(() => writeWhole(join(folder, 'taken', 'inside'), 'new'));
    assert.equal(readFileSync(join(folder, 'taken'), 'utf8'), 'old');
    assert.deepEqual(readdirSync(folder), ['taken']);
  });

  it('makes the folders that are missing, and leaves those that are there', () => {
    const path = join(folder, 'a', 'b', 'c');
    makeFolders(path);
    makeFolders(path);
    assert.deepEqual(readdirSync(join(folder, 'a', 'b')), ['c']);
  });

  it('fails where no folder can be made, with the reason', () => {
    writeFileSync(join(folder, 'file'), '');
    assert.throws(() => makeFolders(join(folder, 'file')), { code: 'EEXIST' });
    assert.throws(() => makeFolders(join(folder, 'file', 'inside')), /EEXIST|ENOTDIR/);
    assert.throws(() => makeFolders(process.platform === 'linux' ? '/proc/none/inside' : join(folder, 'file', 'x')));
  });

  it('stores paths inside the root relative, others as they are', () => {
    assert.equal(storedPath(folder, folder), '.');
    assert.equal(storedPath(folder, join(folder, 'src', 'train.py')), 'src/train.py');
    assert.equal(storedPath(folder, join(folder, '..x')), '..x');
    assert.equal(storedPath(folder, join(folder, '..', 'other.py')), join(folder, '..', 'other.py'));
  });
});
