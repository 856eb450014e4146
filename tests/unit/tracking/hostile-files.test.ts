import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { maskedCrc32c } from '../../../src/interop/event-files/crc32c.ts';
import { eventFileReader } from '../../../src/interop/index.ts';
import { openStore } from '../../../src/store/index.ts';
import { ingest, provideEventFileReader, readOutput, runDetails } from '../../../src/tracking/index.ts';
import {
  exit,
  journal,
  makeStore,
  record,
  removeStore,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const gigabyte = 2 ** 30;

describe('files of a run that want to take all time and memory', () => {
  let place: ReturnType<typeof makeStore>;
  let id: string;
  let folder: string;
  before(() => provideEventFileReader(eventFileReader));
  beforeEach(() => {
    place = makeStore();
    id = writeRun(place.store);
    folder = join(place.store, 'runs', id);
  });
  afterEach(() => removeStore(place));

  async function details() {
    const store = openStore(place.store);
    try {
      await ingest(store);
      return runDetails(store, id);
    } finally {
      store.close();
    }
  }

  /** A file that is as long as it says, and takes no room on the disk. */
  function sparse(name: string, length: number, end = '') {
    const path = join(folder, name);
    writeFileSync(path, '', { flag: 'a' });
    truncateSync(path, length);
    const descriptor = openSync(path, 'r+');
    writeSync(descriptor, end, length - Buffer.byteLength(end));
    closeSync(descriptor);
  }

  it('are read once, where a journal is nothing but beginnings of records', async () => {
    const name = journal(place.store, id, []);
    const tag = record({ kind: 'tag', t: 1, key: 'found', value: 'behind' });
    writeFileSync(
      join(folder, name),
      Buffer.concat([readFileSync(join(folder, name)), Buffer.alloc(2 ** 20, 0x1e), Buffer.from(tag)]),
    );
    const run = await details();
    assert.deepEqual(run.tags, { found: 'behind' });
    assert.equal(run.warnings.length, 1);
  });

  it('are passed over, where a journal is 500 GB of nothing, and its end is read', async () => {
    const name = journal(place.store, id, [{ kind: 'tag', t: 1, key: 'first', value: 'x' }]);
    sparse(name, 500 * gigabyte, record({ kind: 'tag', t: 2, key: 'last', value: 'x' }));
    const run = await details();
    assert.deepEqual(run.tags, { first: 'x', last: 'x' });
    const [damage] = run.warnings;
    assert.equal(damage?.code, 'journal-damaged');
    assert.ok(Number(damage?.params.bytes) > 499 * gigabyte);
  });

  it('are passed over, where an op or what the supervisor saw is 500 GB of nothing', async () => {
    supervisor(place.store, id, [supervisorOpen(id)]);
    sparse('supervisor.jsonl', 500 * gigabyte, record(exit()));
    mkdirSync(join(place.store, 'ops'));
    const op = record({ v: 1, t: 1, by: 'x', run: id, op: 'note', note: 'last' });
    sparse('../../ops/x.jsonl', 500 * gigabyte, op);
    writeFileSync(join(folder, 'stdout.log'), 'text\n');
    const run = await details();
    assert.deepEqual([run.status, run.note], ['finished', 'last']);
    const page = await readOutput(folder, { stream: 'both' });
    assert.deepEqual([page.chunks, page.atEnd], [[{ stream: 'stdout', text: 'text\n' }], true]);
  });

  it('are shown a page at a time, however much a run has printed and however long its lines are', async () => {
    supervisor(place.store, id, [supervisorOpen(id), exit()]);
    sparse('stdout.log', 2 * gigabyte, '\nthe end\n');
    const first = await readOutput(folder, { stream: 'both' });
    assert.deepEqual([first.atEnd, first.totalBytes.stdout], [false, 2 * gigabyte]);
    assert.ok((first.chunks[0]?.text.length ?? 0) <= 256 * 1024);
    const last = await readOutput(folder, { stream: 'both', tail: 100, limit: 10 ** 12 });
    assert.ok(last.atEnd && last.chunks.at(-1)?.text.endsWith('the end\n'));
    const middle = await readOutput(folder, {
      stream: 'stdout',
      from: { stdout: gigabyte, stderr: 0 },
      limit: 10 ** 12,
    });
    assert.equal(middle.next.stdout - gigabyte, 4 << 20);
  });

  /** An event file's frame: a header that is whole, and data that is not. */
  function frameHead(length: number): Buffer {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(length, 0);
    head.writeUInt32LE(maskedCrc32c(head, 0, 8), 8);
    return head;
  }

  it('are given up, where each event of a file claims all that follows', async () => {
    mkdirSync(join(folder, 'events'));
    supervisor(place.store, id, [supervisorOpen(id), exit()]);
    writeFileSync(
      join(folder, 'events', 'far'),
      Buffer.concat(Array.from({ length: 100_000 }, () => frameHead(1_000_000))),
    );
    const near = Array.from({ length: 40_000 }, (_, index) => frameHead(100_000 - (index % 8_000) * 12));
    writeFileSync(join(folder, 'events', 'near'), Buffer.concat(near));
    const run = await details();
    assert.deepEqual(run.metrics, {});
    assert.deepEqual([...new Set(run.warnings.map(({ code }) => code))], ['journal-damaged']);
  });

  it('are given up, where a file of events is 100 GB of nothing', async () => {
    mkdirSync(join(folder, 'events'));
    supervisor(place.store, id, [supervisorOpen(id), exit()]);
    sparse('events/0001-x', 100 * gigabyte);
    assert.equal((await details()).warnings.length, 1);
  });
});
