import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newId } from '../../../src/base/ids.ts';
import { createStore } from '../../../src/project/index.ts';
import { openStore } from '../../../src/store/index.ts';
import { exportRuns, importRuns, ingest, rerunRequest } from '../../../src/tracking/index.ts';
import { runFile } from '../../support/run-folders.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

const { signal } = new AbortController();
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Makes the sums right again for what was changed. */
function signAgain(folder: string, ...paths: string[]): void {
  const sums = join(folder, 'SHA256SUMS');
  const lines = readFileSync(sums, 'utf8').split('\n');
  const kept = lines.filter((line) => !paths.some((path) => line.endsWith(`  ${path}`)));
  const fresh = paths.map((path) => `${sha256(readFileSync(join(folder, path)))}  ${path}`);
  writeFileSync(sums, [...fresh, ...kept].join('\n'));
}

describe('an exported folder of somebody else', () => {
  let here: Yard;
  let folder: string;
  let other: string;
  beforeEach(() => {
    here = yard();
    folder = join(dirname(here.folder), 'exported');
    other = join(dirname(here.folder), 'other', '.trainyard');
    createStore(other);
  });
  afterEach(() => here.remove());

  async function imported(): Promise<void> {
    const store = openStore(other);
    try {
      await importRuns(store, folder, signal);
    } finally {
      store.close();
    }
  }

  it('makes no run of one’s own startable that was changed on the way, and any that was not', async () => {
    const { directory, run } = await here.python(['print(1)']);
    await exitOf(directory);
    const store = openStore(join(here.folder, '.trainyard'));
    await ingest(store);
    await exportRuns(store, { runs: [run], folder, signal });
    store.close();
    await imported();
    const there = join(other, 'runs', run);
    assert.equal(rerunRequest(there).rerunOf, run);
    assert.deepEqual(readFileSync(join(there, 'run.json')), readFileSync(join(directory, 'run.json')));
    rmSync(other, { recursive: true });
    createStore(other);
    const code = `runs/${run}/code/state.json`;
    writeFileSync(
      join(folder, code),
      readFileSync(join(folder, code), 'utf8').replace('"root"', '"omitted":[],"root"'),
    );
    signAgain(folder, code);
    await imported();
    assert.throws(() => rerunRequest(there), { code: 'run-not-marked' });
  });

  const runsThere = () => (existsSync(join(other, 'runs')) ? readdirSync(join(other, 'runs')) : []);

  /** A folder that holds a run with these files, by their paths in the folder, and right sums for all of them. */
  function crafted(id: string, files: Record<string, string>): void {
    const all: Record<string, string> = {
      'export.json': JSON.stringify({ version: 1, trainyard: '1', exported: 'now', runs: [{ id, name: 'x' }] }),
      'ops.jsonl': '',
      [`runs/${id}/run.json`]: JSON.stringify(runFile({ id })),
    };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const lines = Object.entries({ ...all, ...files }).map(([path, text]) => {
      const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
      return `${escaped === path ? '' : '\\'}${sha256(text)}  ${escaped}\n`;
    });
    writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''));
  }

  for (const path of [
    'runs/ID/../../../escaped',
    'runs/ID/a/../../../../escaped',
    '/tmp/escaped',
    '../escaped',
    'runs/ID/a\0b',
    'runs/ID/..\\..\\escaped',
    'C:/escaped',
    'runs/ID/\n../../../escaped',
  ]) {
    it(`brings no file to ${JSON.stringify(path)}`, async () => {
      const id = newId();
      crafted(id, { [path.replace('ID', id)]: 'evil' });
      await assert.rejects(imported(), { code: 'export-unreadable' });
      assert.deepEqual(runsThere(), []);
      assert.equal(existsSync(join(dirname(other), 'escaped')), false);
    });
  }

  it('brings nothing through links, and nothing where it does not name a run', async () => {
    const id = newId();
    writeFileSync(join(here.folder, 'secret'), 'secret');
    crafted(id, { [`runs/${id}/artifacts/x`]: 'secret' });
    symlinkSync(here.folder, join(folder, 'runs', id, 'artifacts'));
    await assert.rejects(imported(), { code: 'export-unreadable' });
    rmSync(join(folder, 'runs', id, 'artifacts'));
    symlinkSync(join(here.folder, 'secret'), join(folder, 'runs', id, 'artifacts'));
    await assert.rejects(imported(), { code: 'export-unreadable' });
    for (const wrong of ['../../escaped', '..', '', `${id}/..`, id.toUpperCase()]) {
      rmSync(folder, { recursive: true });
      crafted(id, {});
      const list = { version: 1, trainyard: '1', exported: 'now', runs: [{ id: wrong, name: 'x' }] };
      writeFileSync(join(folder, 'export.json'), JSON.stringify(list));
      signAgain(folder, 'export.json');
      await assert.rejects(imported(), { code: 'export-unreadable' });
    }
    rmSync(folder, { recursive: true });
    crafted(id, {});
    const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8');
    writeFileSync(join(folder, 'SHA256SUMS'), sums.replace(/^.*run\.json\n/m, ''));
    await assert.rejects(imported(), { code: 'export-unreadable' });
    assert.deepEqual(runsThere(), []);
  });
});
