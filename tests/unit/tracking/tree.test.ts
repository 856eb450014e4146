import assert from 'node:assert/strict';
import { openStore, type Store } from '../../../src/store/index.ts';
import { applyOps, ingest, tree } from '../../../src/tracking/index.ts';
import {
  drivers,
  exit,
  journal,
  makeStore,
  removeStore,
  runStart,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

for (const driver of drivers) {
  describe(`the window’s tree with ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let store: Store;

    const write = (name: string, experiment: string, age: number, metrics: Record<string, unknown>) => {
      const created = runStart - age * 1e9;
      const id = writeRun(place.store, { name, experiment, created });
      supervisor(place.store, id, [{ ...supervisorOpen(id), t: created }, exit({ code: 0, t: created + 1e6 })]);
      const names = Object.keys(metrics);
      journal(place.store, id, [
        ...names.map((metric, index) => ({ kind: 'name', id: index, name: metric })),
        ...names.map((metric, index) => [1, 0, index, metrics[metric]]),
      ]);
      return id;
    };

    beforeEach(async () => {
      place = makeStore();
      store = openStore(place.store, { driver });
      write('old', 'first', 9, { loss: 0.5 });
      write('middle', 'first', 8, { steps: 3, val_accuracy: 0.75, loss: 0.25 });
      write('new', 'second', 1, { loss: 'NaN' });
      await ingest(store);
    });
    afterEach(() => {
      store.close();
      removeStore(place);
    });

    const names = (open: Record<string, number>, more = {}) =>
      tree(store, { open, ...more }).experiments.map(({ name, total, runs }) => [
        name,
        total,
        runs.map((run) => run.name),
      ]);

    it('names the experiment of the newest run first, and runs only where it is open', () => {
      assert.deepEqual(names({}), [
        ['second', 1, []],
        ['first', 2, []],
      ]);
      assert.deepEqual(names({ first: 10 })[1], ['first', 2, ['middle', 'old']]);
      assert.deepEqual(names({ first: 1 })[1], ['first', 2, ['middle']]);
    });

    it('shows the metric that was asked for, else the likeliest', () => {
      const shown = (metric?: string) =>
        tree(store, { open: { first: 9, second: 9 }, metric }).experiments.flatMap(({ runs }) =>
          runs.map((run) => run.metric),
        );
      assert.deepEqual(shown(), [
        { name: 'loss', value: Number.NaN },
        { name: 'val_accuracy', value: 0.75 },
        { name: 'loss', value: 0.5 },
      ]);
      assert.deepEqual(shown('steps')[1], { name: 'steps', value: 3 });
    });

    it('leaves archived runs out unless they are wanted', async () => {
      const [run] = tree(store, { open: { second: 1 } }).experiments[0]?.runs ?? [];
      assert.ok(run);
      await applyOps(store, [{ op: 'archive', run: run.id, archived: true }]);
      assert.deepEqual(names({ second: 1 }), [['first', 2, []]]);
      assert.deepEqual(names({ second: 1 }, { archived: true })[0], ['second', 1, ['new']]);
    });
  });
}
