import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Fault } from '../../../src/base/fault.ts';
import { newId } from '../../../src/base/ids.ts';
import type { RunFile } from '../../../src/contract/run-file.ts';
import type { TreeRow, TreeView } from '../../../src/contract/tree.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { applyOps, ingest, tree, treeMembers } from '../../../src/tracking/index.ts';
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
    let written = 0;

    const write = (
      name: string,
      experiment: string,
      age: number,
      metrics: Record<string, unknown>,
      { code = 0, ...more }: Partial<RunFile> & { code?: number } = {},
    ) => {
      const created = Math.round(runStart - age * 1e9);
      // An id tells when it was made, as those of real runs do.
      const id = writeRun(place.store, { id: newId(created / 1000 + written++), name, experiment, created, ...more });
      supervisor(place.store, id, [{ ...supervisorOpen(id), t: created }, exit({ code, t: created + 1e6 })]);
      const names = Object.keys(metrics);
      journal(place.store, id, [
        { kind: 'params', t: created, source: 'client', values: { name, remark: `name is ${name}` } },
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

    const shown = (view: TreeView = {}, open: Record<string, number> = {}, unfold = 0) =>
      outline(tree(store, { view, open, unfold }).rows);

    it('names the experiment of the newest run first, and runs only where it is open', () => {
      assert.deepEqual(shown(), ['second (1)', 'first (2)']);
      assert.deepEqual(shown({}, { '["first"]': 10 }), ['second (1)', 'first (2)', '  middle', '  old']);
      assert.deepEqual(shown({}, { '["first"]': 1 }), ['second (1)', 'first (2)', '  middle']);
      assert.deepEqual(shown({}, {}, 1), ['second (1)', '  new', 'first (2)']);
      assert.deepEqual(shown({}, {}, 2), ['second (1)', '  new', 'first (2)', '  middle', '  old']);
      assert.deepEqual(shown({}, { '["second"]': 0 }, 1), ['second (1)', 'first (2)', '  middle', '  old']);
      assert.deepEqual(shown({}, { '': 1 }), ['second (1)']);
    });

    it('says how many rows there are, also where they are not named', () => {
      const all = tree(store, { view: {}, open: { '': 1 }, unfold: 0 });
      assert.deepEqual([all.size, all.rows.length, all.matching, all.total], [2, 1, 3, 3]);
      const found = tree(store, { view: { filter: 'old' }, open: {}, unfold: 0 });
      assert.deepEqual([found.size, found.rows.length, found.matching, found.total], [1, 1, 1, 3]);
    });

    it('shows the metric that was asked for, else the likeliest', () => {
      const metrics = (metric?: string) =>
        tree(store, { view: { group: 'none', ...(metric ? { metric } : {}) }, open: {}, unfold: 0 }).rows.map(
          (row) => row.kind === 'run' && row.metric,
        );
      assert.deepEqual(metrics(), [
        { name: 'loss', value: Number.NaN },
        { name: 'val_accuracy', value: 0.75 },
        { name: 'loss', value: 0.5 },
      ]);
      assert.deepEqual(metrics('steps')[1], { name: 'steps', value: 3 });
    });

    it('leaves archived runs out unless they are wanted', async () => {
      const [id] = treeMembers(store, {}, '["second"]').map((run) => run.id);
      assert.ok(id);
      await applyOps(store, [{ op: 'archive', run: id, archived: true }]);
      assert.deepEqual(shown(), ['first (2)']);
      assert.deepEqual(shown({ archived: true }), ['second (1)', 'first (2)']);
      assert.deepEqual(shown({ filter: 'archived' }), ['second (1)']);
    });

    it('sorts runs, and groups by their best run', () => {
      const sort = 'metrics.loss:asc';
      assert.deepEqual(shown({ sort }, {}, 9), ['first (2)', '  middle', '  old', 'second (1)', '  new']);
      assert.deepEqual(shown({ sort: 'metrics.loss:desc', group: 'none' }), ['old', 'middle', 'new']);
      assert.throws(
        () => shown({ sort: 'size' }),
        (error) => error instanceof Fault && error.code === 'sort-key',
      );
    });

    it('groups by what runs have in common', async () => {
      write('failing', 'third', 10, { loss: 1 }, { tags: { team: 'blue' }, code: 3 });
      await ingest(store);
      const day = (age: number) => {
        const date = new Date((runStart - age * 1e9) / 1000);
        return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
          .map((part) => String(part).padStart(2, '0'))
          .join('-');
      };
      assert.deepEqual(shown({ group: 'status' }), ['finished (3)', 'failed (1)']);
      assert.deepEqual(shown({ group: 'tags.team' }), ['null (3)', 'blue (1)']);
      assert.deepEqual(shown({ group: 'script' }), ['train.py (4)']);
      assert.deepEqual(shown({ group: 'params.name' }), ['new (1)', 'middle (1)', 'old (1)', 'failing (1)']);
      assert.deepEqual(shown({ group: 'day', filter: 'name = failing' }), [`${day(10)} (1)`]);
      assert.deepEqual(shown({ group: 'none' }), ['new', 'middle', 'old', 'failing']);
      assert.throws(
        () => shown({ group: 'colour' }),
        (error) => error instanceof Fault && error.code === 'group-key',
      );
    });

    it('has the groups of an experiment below it, each where its best run is', async () => {
      write('a1', 'first', 7, { loss: 3 }, { group: 'sweep' });
      write('a2', 'first', 12, { loss: 0.1 }, { group: 'sweep' });
      await ingest(store);
      const sweep = '["first","sweep"]';
      const open = { '["first"]': 9, [sweep]: 9 };
      const expected = ['second (1)', 'first (4)', '  sweep (2)', '    a1', '    a2', '  middle', '  old'];
      assert.deepEqual(shown({}, open), expected);
      assert.deepEqual(shown({ sort: 'metrics.loss:asc' }, open), [
        'first (4)',
        '  sweep (2)',
        '    a2',
        '    a1',
        '  middle',
        '  old',
        'second (1)',
      ]);
      assert.deepEqual(
        treeMembers(store, {}, sweep).map(({ name }) => name),
        ['a1', 'a2'],
      );
      assert.deepEqual(shown({ group: 'group' }), ['null (3)', 'sweep (2)']);
    });

    it('has runs below the run that started them, where both match', async () => {
      const outer = write('outer', 'first', 0.5, { loss: 1 });
      const inner = write('inner', 'elsewhere', 0.4, { loss: 1 }, { parent: outer });
      write('innermost', 'elsewhere', 0.3, { loss: 1 }, { parent: inner });
      write('orphan', 'first', 0.2, { loss: 1 }, { parent: newId() });
      await ingest(store);
      const open = { '["first"]': 9, [outer]: 9, [inner]: 9 };
      assert.deepEqual(shown({}, open), [
        'first (6)',
        '  orphan',
        '  outer [1]',
        '    inner [1]',
        '      innermost',
        '  middle',
        '  old',
        'second (1)',
      ]);
      assert.deepEqual(shown({}, { '["first"]': 9 }).slice(2, 4), ['  outer [1]', '  middle']);
      assert.deepEqual(shown({ filter: 'inner' }, {}, 9), ['elsewhere (2)', '  inner [1]']);
    });

    it('has a run below one that a clock ahead of its own started', async () => {
      const outer = write('outer', 'first', 0.5, { loss: 1 }, { id: newId(2_000_000_000_000) });
      write('inner', 'first', 0.4, { loss: 1 }, { id: newId(1_000_000_000_000), parent: outer });
      await ingest(store);
      assert.deepEqual(shown({ filter: 'name in (outer, inner)' }, { [outer]: 9 }, 9), [
        'first (2)',
        '  outer [1]',
        '    inner',
      ]);
    });

    it('takes a run for no part of itself, whatever its file says', async () => {
      const [one, other, lone, below] = [newId(), newId(), newId(), newId()];
      write('one', 'round', 0.5, {}, { id: one, parent: other });
      write('other', 'round', 0.4, {}, { id: other, parent: one });
      write('lone', 'round', 0.3, {}, { id: lone, parent: lone });
      write('below', 'round', 0.2, {}, { id: below, parent: other });
      await ingest(store);
      assert.equal(treeMembers(store, {}, '["round"]').length, 4);
      const open = Object.fromEntries([one, other, lone, below].map((id) => [id, 9]));
      assert.deepEqual(shown({ filter: 'experiment = round' }, open, 9), [
        'round (4)',
        '  lone',
        '  other [1]',
        '    below',
        '  one',
      ]);
    });

    it('looks for words where no comparison is made', () => {
      assert.deepEqual(shown({ filter: 'mid', group: 'none' }), ['middle']);
      assert.deepEqual(shown({ filter: 'FIRST "name is old"', group: 'none' }), ['old']);
      assert.deepEqual(shown({ filter: '"ld%"', group: 'none' }), []);
      for (const [filter, position] of [
        ['metrics.los <', 14],
        ['old and', 8],
        ['speed > 3', 1],
      ] as const) {
        assert.throws(
          () => shown({ filter }),
          (error) => error instanceof Fault && error.code === 'filter-syntax' && error.params.position === position,
        );
      }
    });

    it('names each run once and counts all, however runs are grouped, nested and filtered', async () => {
      const ids: string[] = [];
      for (let index = 0; index < 30; index++) {
        const group = index % 4 === 0 ? `g${index % 3}` : null;
        const parent = index % 5 === 0 ? null : (ids[index % 7] ?? null);
        ids.push(
          write(`run ${index}`, `e${index % 3}`, 20 - index / 10, { loss: (index * 7) % 11 }, { group, parent }),
        );
      }
      await ingest(store);
      const open = Object.fromEntries(
        [...ids, ...treeMembers(store, {}, undefined).map(({ id }) => id)].map((id) => [id, 999]),
      );
      const group = fc.constantFrom('experiment', 'group', 'status', 'script', 'day', 'none', 'params.name');
      const filter = fc.constantFrom('', 'metrics.loss > 4', 'run', 'name like "run 1%"', 'not params.name');
      const sort = fc.constantFrom('', 'metrics.loss:asc', 'name:desc', 'duration');
      fc.assert(
        fc.property(group, filter, sort, (group, filter, sort) => {
          const view = { group, ...(filter ? { filter } : {}), ...(sort ? { sort } : {}) };
          const found = tree(store, { view, open, unfold: 10_000 });
          const named = every(found.rows).flatMap((row) => (row.kind === 'run' ? [row.id] : []));
          const expected = treeMembers(store, view, undefined).map(({ id }) => id);
          assert.deepEqual([...named].sort(), [...expected].sort());
          assert.equal(found.matching, expected.length);
          const top = found.rows.filter((row) => row.kind === 'group');
          if (group !== 'none')
            assert.equal(
              top.reduce((sum, row) => sum + row.total, 0),
              expected.length,
            );
          const first = every(found.rows).find((row) => row.kind === 'run' && row.id === expected[0]);
          assert.ok(expected.length === 0 || first);
        }),
      );
    });
  });
}

/** A line for each row: groups with how many runs they have, runs with how many they have started. */
function outline(rows: TreeRow[], depth = ''): string[] {
  return rows.flatMap((row) => {
    const text =
      row.kind === 'group' ? `${row.name} (${row.total})` : `${row.name}${row.size > 0 ? ` [${row.size}]` : ''}`;
    return [depth + text, ...outline(row.rows, `${depth}  `)];
  });
}

function every(rows: TreeRow[]): TreeRow[] {
  return rows.flatMap((row) => [row, ...every(row.rows)]);
}
