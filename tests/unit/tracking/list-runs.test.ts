import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Fault } from '../../../src/base/fault.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { applyOps, ingest, listRuns, resolveRun } from '../../../src/tracking/index.ts';
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

const day = 86_400_000_000;

for (const driver of drivers) {
  describe(`the list of runs with ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let store: Store;
    let ids: Record<string, string>;

    const write = (
      name: string,
      age: number,
      code: number,
      params: object,
      metrics: Record<string, unknown[]>,
      tags = {},
    ) => {
      const created = runStart - age * day;
      const id = writeRun(place.store, { name, created, tags, experiment: name < 'c' ? 'one' : 'two' });
      supervisor(place.store, id, [
        { ...supervisorOpen(id), t: created },
        { kind: 'started', t: created, process: { host: 'x', boot: null, pid: 1, procStart: null } },
        exit({ code, t: created + (age + 1) * 60_000_000 }),
      ]);
      const names = Object.keys(metrics);
      journal(place.store, id, [
        { kind: 'params', t: 1, source: 'client', values: params },
        ...names.map((metric, index) => ({ kind: 'name', id: index, name: metric })),
        ...names.flatMap((metric, index) => (metrics[metric] ?? []).map((value, step) => [step, step, index, value])),
      ]);
      ids[name] = id;
    };

    before(async () => {
      place = makeStore();
      store = openStore(place.store, { driver });
      ids = {};
      write(
        'a',
        0,
        0,
        { lr: 0.1, model: 'ridge', 'learning rate': 5, deep: true },
        { loss: [0.9, 0.2], 'val/acc': [0.5] },
      );
      write('b', 1, 0, { lr: 10, model: "o'hara", opt: 'adam' }, { loss: [0.1, 0.4], 'val.min': [7] }, { team: 'x' });
      write('c', 2, 1, { lr: '0.5', model: 'RIDGE' }, { loss: ['NaN'] }, { team: 'y' });
      write('d', 3, 0, { lr: 'auto' }, { loss: [-0.5, 'Infinity'] });
      write('e "quoted"', 40, 2, {}, {});
      await ingest(store);
      await applyOps(store, [{ op: 'star', run: ids.b ?? '', starred: true }]);
      await applyOps(store, [{ op: 'tag', run: ids.c ?? '', key: 'team', value: null }]);
    });
    after(() => {
      store.close();
      removeStore(place);
    });

    const found = (filter: string, sort = 'name') =>
      listRuns(store, { filter, sort })
        .runs.map((run) => run.name[0])
        .join('');
    const date = (age: number) => new Date((runStart - age * day) / 1000).toISOString();

    it('compares metrics by their last value unless another is named', () => {
      assert.equal(found('metrics.loss < 0.3'), 'a');
      assert.equal(found('metrics.loss.min <= 0.2'), 'abd');
      assert.equal(found('metrics.loss.max > 0.8'), 'ad');
      assert.equal(found('metrics.loss.best = -0.5'), 'd');
      assert.equal(found('metrics.loss.count = 2'), 'abd');
      assert.equal(found('metrics.loss = nan'), 'c');
      assert.equal(found('metrics.loss != nan'), 'abd');
      assert.equal(found('metrics.loss = inf'), 'd');
      assert.equal(found('metrics.val/acc >= .5'), 'a');
      assert.equal(found('metrics."val.min" = 7'), 'b');
      assert.equal(found('metrics.val.min = 7'), '');
      assert.equal(found('metrics."val.min".max = 7'), 'b');
    });

    it('compares parameters as numbers or as texts', () => {
      assert.equal(found('params.lr < 1'), 'ac');
      assert.equal(found('params.lr > 0.1'), 'bc');
      assert.equal(found('params.lr = 1e1'), 'b');
      assert.equal(found('params.lr = "auto"'), 'd');
      assert.equal(found('params.lr != 10'), 'acd');
      assert.equal(found('params.model = "ridge"'), 'a');
      assert.equal(found("params.model = 'o\\'hara'"), 'b');
      assert.equal(found('params.model like "ri%"'), 'ac');
      assert.equal(found('params.model not like "ri%"'), 'bde');
      assert.equal(found('params.model in ("ridge", "RIDGE")'), 'ac');
      assert.equal(found('params.lr in (0.1, 0.5)'), 'ac');
      assert.equal(found('params.lr not in (0.1, 0.5)'), 'bde');
      assert.equal(found('params."learning rate" = 5'), 'a');
      assert.equal(found('params.deep = true'), 'a');
      assert.equal(found('params.opt'), 'b');
      assert.equal(found('not params.opt'), 'acde');
    });

    it('knows the fields of a run', () => {
      assert.equal(found('status = failed'), 'ce');
      assert.equal(found('status != "finished"'), 'ce');
      assert.equal(found('status in (finished, failed)'), 'abcde');
      assert.equal(found('name = "a" or name like "e%"'), 'ae');
      assert.equal(found('name = "e \\"quoted\\""'), 'e');
      assert.equal(found('experiment = one'), 'ab');
      assert.equal(found('starred'), 'b');
      assert.equal(found('starred = false and exitCode = 0'), 'ad');
      assert.equal(found('tags.team = x'), 'b');
      assert.equal(found('tags.team'), 'b');
      assert.equal(found('duration > 2m'), 'cde');
      assert.equal(found('duration <= 120'), 'ab');
      assert.equal(found('duration < 0.05h'), 'ab');
      assert.equal(found('script = train.py'), 'abcde');
    });

    it('knows dates and moments', () => {
      assert.equal(found(`created >= ${date(1)}`), 'ab');
      assert.equal(found(`created < ${date(1)}`), 'cde');
      const whole = date(2).slice(0, 10);
      assert.equal(found(`created = ${whole}`), 'c');
      assert.equal(found(`created != ${whole}`), 'abde');
      assert.equal(found(`created > ${whole}`), 'abc');
      assert.equal(found('created > 2030-01-01'), '');
      const days = (Date.now() * 1000 - runStart) / day;
      assert.equal(found(`created > -${(days + 1.5).toFixed(3)}d`), 'ab');
      assert.equal(found(`created < -${Math.round((days + 1.5) * 24)}h`), 'cde');
    });

    it('joins conditions, and before or', () => {
      assert.equal(found('name = a or name = b and status = failed'), 'a');
      assert.equal(found('(name = a or name = b) and not status = failed'), 'ab');
      assert.equal(found('NOT (name = a OR name = b)'), 'cde');
      assert.equal(found('not not starred'), 'b');
      assert.equal(found('metrics.loss < 0.3 and params.model = "ridge"'), 'a');
    });

    it('says at which character a filter is wrong', () => {
      const wrong: [string, number][] = [
        ['metrics.loss <', 15],
        ['metrics.loss < 0.3 and', 23],
        ['metrics.loss < "x"', 16],
        ['(status = failed', 17],
        ['status = nope', 10],
        ['speed > 3', 1],
        ['__proto__', 1],
        ['constructor = 3', 1],
        ['name = "a', 8],
        ['created > yesterday', 11],
        ['created > 2026-13-01', 11],
        ['created > -7', 11],
        ['params. = 3', 1],
        ['name = a name = b', 10],
        ['a; DROP TABLE runs', 2],
        ['duration > 3 and starred = 7', 28],
        ['metrics.loss like 3', 19],
        ['status in finished', 11],
      ];
      for (const [filter, position] of wrong) {
        assert.throws(
          () => listRuns(store, { filter }),
          (error) => {
            assert.ok(error instanceof Fault, `${filter}: ${error}`);
            assert.equal(error.code, 'filter-syntax');
            assert.equal(error.params.position, position, `${filter}: ${error.message}`);
            return true;
          },
        );
      }
      assert.throws(() => listRuns(store, { filter: '('.repeat(5000) }), /nested/);
      const long = `${'name = a or '.repeat(10_000)}speed > 3`;
      assert.throws(
        () => listRuns(store, { filter: long }),
        (error) =>
          error instanceof Fault &&
          error.params.position === 120_001 &&
          /^….*speed > 3/.test(String(error.params.filter)),
      );
    });

    it('answers or says what is wrong, whatever is typed', () => {
      const word = fc.constantFrom(
        'metrics.',
        'params.',
        '"x y"',
        '.min',
        ' and ',
        ' or ',
        ' not ',
        '(',
        ')',
        '<',
        '=',
        ' in ',
        '1',
        'a',
        "'",
        '\\',
        'nan',
        '2026-01-01',
        'name',
        '--',
        ';',
        '\u0000',
        '🎈',
      );
      fc.assert(
        fc.property(
          fc.oneof(
            fc.string(),
            fc.array(word, { maxLength: 12 }).map((parts) => parts.join('')),
          ),
          (filter) => {
            try {
              listRuns(store, { filter });
            } catch (error) {
              assert.ok(error instanceof Fault && error.code === 'filter-syntax', `${filter}: ${error}`);
            }
          },
        ),
        { numRuns: 500 },
      );
      assert.equal(listRuns(store).total, 5);
    });

    it('sorts by anything, with what lacks it last', () => {
      const sorted = (sort: string) =>
        listRuns(store, { sort })
          .runs.map((run) => run.name[0])
          .join('');
      assert.equal(
        listRuns(store)
          .runs.map((run) => run.name[0])
          .join(''),
        'abcde',
      );
      assert.equal(sorted('created'), 'edcba');
      assert.equal(sorted('metrics.loss'), 'abdce');
      assert.equal(sorted('metrics.loss:desc'), 'dbace');
      assert.equal(sorted('metrics.loss.min:desc'), 'abdce');
      assert.equal(sorted('params.lr'), 'acbde');
      assert.equal(sorted('params.lr:desc'), 'bcade');
      assert.equal(sorted('params."learning rate"'), 'abcde');
      assert.equal(sorted('tags.team'), 'bacde');
      assert.equal(sorted('duration:desc'), 'edcba');
      assert.equal(sorted('name:DESC'), 'edcba');
      for (const sort of ['size', 'metrics.', 'params', 'name; DROP TABLE runs', '"']) {
        assert.throws(
          () => listRuns(store, { sort }),
          (error) => error instanceof Fault && error.code === 'sort-key' && error.params.key === sort,
        );
      }
    });

    it('limits, and says how many there are', async () => {
      const { runs, total } = listRuns(store, { limit: 2, filter: 'status = finished' });
      assert.deepEqual([runs.map((run) => run.name), total], [['a', 'b'], 3]);
      await applyOps(store, [{ op: 'archive', run: ids.a ?? '', archived: true }]);
      assert.equal(listRuns(store).total, 4);
      assert.equal(listRuns(store, { archived: true }).total, 5);
      assert.equal(found('archived'), 'a');
      assert.equal(found('archived = false or status = failed'), 'bcde');
      await applyOps(store, [{ op: 'archive', run: ids.a ?? '', archived: false }]);
      assert.equal(listRuns(store).total, 5);
    });

    it('finds the run that a person means', () => {
      const a = ids.a ?? '';
      assert.deepEqual(resolveRun(store, a), { id: a });
      assert.deepEqual(resolveRun(store, a.toUpperCase()), { id: a });
      assert.deepEqual(resolveRun(store, 'latest'), { id: a });
      assert.deepEqual(resolveRun(store, 'b'), { id: ids.b });
      const code = (reference: string) => {
        try {
          return resolveRun(store, reference).id;
        } catch (error) {
          assert.ok(error instanceof Fault);
          return error.code;
        }
      };
      assert.equal(code(a.slice(0, 35)), a);
      assert.equal(code('0'), 'run-ambiguous');
      assert.equal(code('nothing'), 'run-missing');
      assert.equal(code("' OR 1=1 --"), 'run-missing');
      assert.equal(code('%'), 'run-missing');
    });
  });
}

describe('a name that several runs share', () => {
  it('means the newest, and says so', async () => {
    const place = makeStore();
    const store = openStore(place.store);
    try {
      writeRun(place.store, { name: 'twin', created: runStart });
      const newest = writeRun(place.store, { name: 'twin', created: runStart + 5 });
      writeRun(place.store, { name: 'twin', created: runStart + 1 });
      await ingest(store);
      const { id, warning } = resolveRun(store, 'twin');
      assert.equal(id, newest);
      assert.match(warning ?? '', /twin.*3 runs/);
    } finally {
      store.close();
      removeStore(place);
    }
  });
});
