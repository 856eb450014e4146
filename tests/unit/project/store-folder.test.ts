import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import { chooseStore, createStore, findStore, storeForWindow } from '../../../src/project/index.ts';

describe('where a store lives', () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-project-')));
    mkdirSync(join(root, 'repo', 'src', 'deep'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is the nearest folder upwards', () => {
    createStore(join(root, '.trainyard'));
    createStore(join(root, 'repo', '.trainyard'));
    const store = join(root, 'repo', '.trainyard');
    assert.equal(findStore(join(root, 'repo', 'src', 'deep')), store);
    assert.equal(chooseStore(join(root, 'repo', 'src', 'deep')), store);
    assert.equal(storeForWindow(join(root, 'repo', 'src')), store);
  });

  it('is at the git root where there is none, a worktree included', () => {
    mkdirSync(join(root, 'repo', '.git'));
    assert.equal(chooseStore(join(root, 'repo', 'src')), join(root, 'repo', '.trainyard'));
    writeFileSync(join(root, 'repo', 'src', '.git'), 'gitdir: elsewhere');
    assert.equal(chooseStore(join(root, 'repo', 'src', 'deep')), join(root, 'repo', 'src', '.trainyard'));
    assert.equal(storeForWindow(join(root, 'repo', 'src')), join(root, 'repo', 'src', '.trainyard'));
  });

  it('is here where there is no git, and a file of that name is no store', () => {
    writeFileSync(join(root, 'repo', '.trainyard'), '');
    assert.equal(findStore(join(root, 'repo', 'src')), null);
    assert.equal(chooseStore(join(root, 'repo', 'src')), join(root, 'repo', 'src', '.trainyard'));
  });

  it('lets git keep only the registry', () => {
    const store = join(root, 'repo', '.trainyard');
    createStore(store);
    for (const path of ['runs/a', 'registry/models', 'ops']) mkdirSync(join(store, path), { recursive: true });
    for (const path of ['runs/a/run.json', 'registry/models/1.json', 'ops/h.jsonl', 'trainyard.db'])
      writeFileSync(join(store, path), '');
    const git = (...args: string[]) => execFileSync('git', args, { cwd: join(root, 'repo'), encoding: 'utf8' });
    git('init', '-q');
    assert.equal(git('ls-files', '--others', '--exclude-standard').trim(), '.trainyard/registry/models/1.json');
  });

  it('is left as it is when it exists', () => {
    const store = join(root, 'repo', '.trainyard');
    createStore(store);
    writeFileSync(join(store, '.gitignore'), 'mine');
    createStore(store);
    assert.equal(readFileSync(join(store, '.gitignore'), 'utf8'), 'mine');
  });

  it('says where it cannot be written', () => {
    writeFileSync(join(root, 'repo', '.trainyard'), '');
    assert.throws(
      () => createStore(join(root, 'repo', '.trainyard')),
      (error) => error instanceof Fault && error.code === 'store-not-writable' && error.params.folder !== undefined,
    );
  });
});
