import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import { eventFileReader, importEventLogs } from '../../../src/interop/index.ts';
import { openStore, removeIndex, type Store } from '../../../src/store/index.ts';
import { applyOps, deleteRuns, ingest, provideEventFileReader, runDetails } from '../../../src/tracking/index.ts';
import { makeStore, removeStore } from '../../support/run-folders.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/event-files');

describe('the import of TensorBoard’s logs', () => {
  let place: { root: string; store: string };
  let store: Store;
  let logs: string;
  beforeEach(() => {
    provideEventFileReader(eventFileReader);
    place = makeStore();
    store = openStore(place.store);
    logs = join(place.root, 'logs');
    const put = (from: string, folder: string, name: string) => {
      mkdirSync(join(logs, folder), { recursive: true });
      cpSync(join(fixtures, `${from}.tfevents`), join(logs, folder, name));
    };
    put('torch', 'mnist/a', 'events.out.tfevents.1.host.1.0');
    put('torch-hp', 'mnist/a/hp', 'events.out.tfevents.2.host.1.1');
    put('keras', 'mnist/b', 'events.out.tfevents.3.host.2.0.v2');
  });
  afterEach(() => {
    store.close();
    removeStore(place);
  });

  const go = (path = logs, experiment?: string) =>
    importEventLogs(store, { path, experiment }, new AbortController().signal);
  const fails = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

  it('makes a finished run of each folder, from its first event to its last', async () => {
    const report = await go();
    assert.deepEqual(
      report.imported.map(({ name }) => name),
      ['mnist/a', 'mnist/a/hp', 'mnist/b'],
    );
    assert.deepEqual([report.updated, report.unchanged, report.problems], [[], 0, []]);
    const [a, hp, b] = report.imported.map(({ run }) => runDetails(store, run));
    assert.deepEqual(
      [a?.status, a?.experiment, a?.origin, a?.exitCode, a?.title],
      ['finished', 'logs', 'import', null, 'TensorBoard'],
    );
    assert.deepEqual(hp?.params, { deep: 1, layers: 3, lr: 0.1, model: 'ridge' });
    assert.equal(b?.metrics.epoch_loss?.count, 20);
    const said = JSON.parse(readFileSync(join(fixtures, 'torch-hp.json'), 'utf8')) as {
      scalars: Record<string, [number, number, number][]>;
    };
    const time = Math.round((said.scalars['hparam/accuracy']?.[0]?.[1] as number) * 1e6);
    assert.deepEqual([hp?.ended, (hp?.started as number) < time], [time, true]);
    assert.equal(a?.metrics['loss/train']?.last, Math.fround(1 / 40));
    assert.deepEqual(a?.warnings, []);
    const file = join(
      a?.directory as string,
      'events',
      readdirSync(join(a?.directory as string, 'events'))[0] as string,
    );
    assert.equal(statSync(file).ino, statSync(join(logs, 'mnist/a/events.out.tfevents.1.host.1.0')).ino);
  });

  it('adds nothing when it is done again, also from a copy elsewhere', async () => {
    const { imported } = await go();
    assert.deepEqual(await go(), { imported: [], updated: [], unchanged: 3, problems: [] });
    const copy = join(place.root, 'copy');
    cpSync(logs, copy, { recursive: true });
    assert.deepEqual(await go(copy), { imported: [], updated: [], unchanged: 3, problems: [] });
    assert.equal(readdirSync(join(place.store, 'runs')).length, imported.length);
  });

  it('brings a run up to date whose files have grown, and takes a deleted one again', async () => {
    const { imported } = await go();
    const [, , b] = imported;
    const grown = join(logs, 'mnist/b/events.out.tfevents.4.host.2.1.v2');
    cpSync(join(fixtures, 'tensorboardx.tfevents'), grown);
    const second = await go();
    assert.deepEqual([second.updated.map(({ run }) => run), second.unchanged], [[b?.run], 2]);
    assert.equal(runDetails(store, b?.run as string).metrics.loss?.count, 10);
    await applyOps(store, [{ op: 'note', run: b?.run as string, note: 'kept' }]);
    await deleteRuns(store, [b?.run as string]);
    const third = await go();
    assert.deepEqual(
      third.imported.map(({ name }) => name),
      ['mnist/b'],
    );
    assert.equal(runDetails(store, third.imported[0]?.run as string).note, '');
  });

  it('copies what a copy lacks', async () => {
    const whole = readFileSync(join(fixtures, 'tensorboardx.tfevents'));
    const folder = join(place.root, 'short');
    mkdirSync(folder);
    writeFileSync(join(folder, 'x.tfevents.9'), whole.subarray(0, 1000));
    const [made] = (await go(folder)).imported;
    const kept = join(runDetails(store, made?.run as string).directory, 'events/0001-x.tfevents.9');
    writeFileSync(`${kept}.copy`, readFileSync(kept));
    execFileSync('mv', [`${kept}.copy`, kept]);
    appendFileSync(join(folder, 'x.tfevents.9'), whole.subarray(1000));
    assert.equal((await go(folder)).updated.length, 1);
    assert.deepEqual(readFileSync(kept), whole);
    assert.equal(runDetails(store, made?.run as string).metrics.loss?.count, 10);
  });

  it('leaves a linked file as it is when a longer copy of it is imported', async () => {
    const whole = readFileSync(join(fixtures, 'tensorboardx.tfevents'));
    const [short, long] = [join(place.root, 'short'), join(place.root, 'long')];
    for (const [folder, bytes] of [
      [short, whole.subarray(0, 1000)],
      [long, whole],
    ] as const) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'x.tfevents.9'), bytes);
    }
    const [made] = (await go(short)).imported;
    assert.equal((await go(long)).updated.length, 1);
    assert.equal(statSync(join(short, 'x.tfevents.9')).size, 1000);
    const { directory, metrics } = runDetails(store, made?.run as string);
    assert.deepEqual(readFileSync(join(directory, 'events/0001-x.tfevents.9')), whole);
    assert.deepEqual(readdirSync(directory).sort(), ['events', 'run.json']);
    assert.equal(metrics.loss?.count, 10);
  });

  it('comes back whole when the index is built again', async () => {
    const before = (await go()).imported.map(({ run }) => runDetails(store, run));
    store.close();
    removeIndex(place.store);
    store = openStore(place.store);
    await ingest(store);
    assert.deepEqual(
      before.map(({ id }) => runDetails(store, id)),
      before,
    );
    assert.equal((await go()).unchanged, 3);
  });

  it('says what is not there, and what could not be read', async () => {
    await assert.rejects(go(join(place.root, 'nowhere')), fails('import-missing'));
    mkdirSync(join(place.root, 'empty'));
    await assert.rejects(go(join(place.root, 'empty')), fails('no-event-files'));
    writeFileSync(join(place.root, 'empty', 'a.tfevents.1'), 'not an event');
    const folder = join(place.root, 'empty');
    assert.deepEqual((await go(folder)).problems, [{ folder, problem: null }]);
    await assert.rejects(importEventLogs(store, { path: logs }, AbortSignal.abort()), fails('cancelled'));
    assert.deepEqual(readdirSync(join(place.store, 'runs')), []);
  });
});
