import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { array, assert as check, constantFrom, integer, property, record } from 'fast-check';
import { fileBook, mayFold, mostInFolder } from '../../../src/supervisor/file-book.ts';
import type { Told } from '../../../src/supervisor/told-files.ts';

const since = 1_000_000_000;
const cwd = '/home/ada/project';
const file = (path: string, access: 'read' | 'write', t: number, modified: number | null = null): Told => ({
  kind: 'file',
  t: since + t,
  path,
  access,
  by: 'open',
  bytes: 1,
  modified,
  what: null,
  format: null,
});

const folder = (path: string, access: 'read' | 'write'): Told => ({
  kind: 'folder',
  t: since,
  path,
  access,
  by: 'open',
  what: null,
  format: null,
});

describe('the book of what a run reads and writes', () => {
  const open = () => fileBook({ cwd, since });
  const paths = (book: ReturnType<typeof open>, access: 'read' | 'write') =>
    book
      .entries(access)
      .map(({ path, folder }) => (folder ? `${path}/` : path))
      .sort();

  it('takes what was written first for the run’s own, and what was there before for both', () => {
    const book = open();
    book.tell(file('/w/own', 'write', 1));
    book.tell(file('/w/own', 'read', 2, since + 1_000_000));
    book.tell(file('/w/changed', 'write', 3));
    book.tell(file('/w/changed', 'read', 3, since - 1_000_000));
    book.tell(file('/w/over', 'read', 4, since - 1_000_000));
    book.tell(file('/w/over', 'write', 5));
    assert.deepEqual(paths(book, 'read'), ['/w/changed', '/w/over']);
    assert.deepEqual(paths(book, 'write'), ['/w/changed', '/w/over', '/w/own']);
  });

  it('folds the lowest folder that has too many, and leaves the rest alone', () => {
    const book = open();
    book.tell(file(`${cwd}/labels.csv`, 'read', 0));
    for (let index = 0; index <= mostInFolder; index++) {
      book.tell(file(`${cwd}/data/train/${index % 10}/${index}.png`, 'read', index));
    }
    book.tell(file(`${cwd}/data/train/11/late.png`, 'read', 5_000));
    book.tell(file(`${cwd}/data/test/a.png`, 'read', 5_001));
    assert.deepEqual(paths(book, 'read'), [`${cwd}/data/test/a.png`, `${cwd}/data/train/`, `${cwd}/labels.csv`]);
    assert.equal(book.entries('read').find(({ folder }) => folder)?.time, since);
  });

  it('folds the folder where people work only for the files in it', () => {
    const book = open();
    book.tell(file(`${cwd}/data/a.csv`, 'read', 0));
    book.tell(folder(`${cwd}/images`, 'read'));
    for (let index = 0; index <= mostInFolder; index++) book.tell(file(`${cwd}/${index}.png`, 'read', 1));
    assert.deepEqual(paths(book, 'read'), [`${cwd}/`, `${cwd}/data/a.csv`, `${cwd}/images/`]);
    for (const folder of ['/', '/home', homedir(), cwd, '/home/ada']) assert.equal(mayFold(folder, cwd), false, folder);
    assert.equal(mayFold(`${cwd}/data`, cwd), true);
  });

  it('knows a model that is a folder, whatever was told of the files in it', () => {
    const book = open();
    book.tell({ ...file('/w/saved/weights', 'write', 0), what: 'model', format: 'tensorflow' } as Told);
    book.tell({ ...folder('/w/saved', 'write'), by: 'tf.saved_model.save', what: 'model', format: 'savedmodel' });
    book.tell(file('/w/saved/late', 'write', 2));
    const told = book.entries('write').map(({ path, by, what, format }) => [path, by, what, format]);
    assert.deepEqual(told, [['/w/saved', 'tf.saved_model.save', 'model', 'savedmodel']]);
  });

  it('keeps a model by itself', () => {
    const book = open();
    const model = { ...file('/w/out/model.pt', 'write', 0), what: 'model' as const };
    book.tell(model as Told);
    book.tell(folder('/w/out', 'write'));
    assert.deepEqual(paths(book, 'write'), ['/w/out/', '/w/out/model.pt']);
  });

  it('says how many it has no room for', () => {
    const book = open();
    for (let folder = 0; folder < 6; folder++) {
      for (let index = 0; index < 900; index++) book.tell(file(`/d${folder}/${index}`, 'read', index));
    }
    assert.equal(book.entries('read').length + book.leftOut(), 5_400);
    assert.ok(book.leftOut() > 0);
  });

  it('never tells a file twice, nor below a folder that stands for it, in whatever order it is told', () => {
    const saying = record({
      path: constantFrom('/a/b/1', '/a/b/2', '/a/b/c/3', '/a/4', '/a/b'),
      access: constantFrom('read' as const, 'write' as const),
      kind: constantFrom('file' as const, 'file' as const, 'folder' as const),
      t: integer({ min: 0, max: 100 }),
    });
    check(
      property(array(saying, { maxLength: 30 }), (sayings) => {
        const book = open();
        for (const { path, access, kind, t } of sayings) {
          book.tell(kind === 'file' ? file(path, access, t) : { ...folder(path, access), t });
        }
        for (const access of ['read', 'write'] as const) {
          const entries = book.entries(access);
          assert.equal(new Set(entries.map(({ path }) => path)).size, entries.length);
          for (const { path, folder } of entries) {
            if (!folder || folder.flat) continue;
            assert.ok(!entries.some((other) => other.path.startsWith(`${path}/`)));
          }
          assert.deepEqual(
            book.fresh().filter((entry) => entry.access === access && !book.holds(entry)),
            [],
          );
        }
      }),
    );
  });
});
