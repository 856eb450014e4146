import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openStore, type Store } from '../../../src/store/index.ts';
import { applyOps, ingest, listRuns } from '../../../src/tracking/index.ts';
import {
  drivers,
  exit,
  journal,
  makeStore,
  removeStore,
  runStart,
  supervisor,
  writeRun,
} from '../../support/run-folders.ts';

/** A run as the naive reading of a filter sees it. */
interface Plain {
  name: string;
  experiment: string;
  group: string | null;
  failed: boolean;
  starred: boolean;
  created: number;
  loss: number[];
  lr: number | string | null;
  model: string | null;
  team: string | null;
}

/** A filter, as text and as what it means. */
interface Both {
  text: string;
  holds(run: Plain): boolean;
}

const texts = ['a', 'b', 'B', 'ab', 'a%', '_'];
const numbers = [-1, 0, 0.5, 1, 2];
const comparisons: Record<string, (left: number | string, right: number | string) => boolean> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};
const operator = fc.constantFrom(...Object.keys(comparisons));
const holds = (sign: string, left: number | string | null, right: number | string) =>
  left !== null && (comparisons[sign]?.(left, right) ?? false);

/** `%` any characters, `_` one, letters of either case. */
function isLike(text: string | null, pattern: string): boolean {
  const source = [...pattern].map((part) => (part === '%' ? '.*' : part === '_' ? '.' : part.replace(/\W/g, '\\$&')));
  return text !== null && new RegExp(`^${source.join('')}$`, 'is').test(text);
}

const ofLoss: Record<string, (loss: number[]) => number | null> = {
  '': (loss) => loss.at(-1) ?? null,
  '.last': (loss) => loss.at(-1) ?? null,
  '.min': (loss) => (loss.length > 0 ? Math.min(...loss) : null),
  '.best': (loss) => (loss.length > 0 ? Math.min(...loss) : null),
  '.max': (loss) => (loss.length > 0 ? Math.max(...loss) : null),
  '.count': (loss) => loss.length || null,
};

const fieldsOfText: Record<string, (run: Plain) => string | null> = {
  name: (run) => run.name,
  experiment: (run) => run.experiment,
  group: (run) => run.group,
  'params.model': (run) => run.model,
  'tags.team': (run) => run.team,
};

const plain = fc.record<Plain>({
  name: fc.constantFrom(...texts),
  experiment: fc.constantFrom('one', 'two'),
  group: fc.constantFrom(null, 'a', 'b'),
  failed: fc.boolean(),
  starred: fc.boolean(),
  created: fc.integer({ min: 0, max: 5 }),
  loss: fc.array(fc.constantFrom(...numbers), { maxLength: 3 }),
  lr: fc.constantFrom(null, 'auto', ...numbers),
  model: fc.constantFrom(null, ...texts),
  team: fc.constantFrom(null, ...texts),
});

const hour = 3_600_000_000;
const moment = (hours: number) => new Date((runStart + hours * hour) / 1000).toISOString();

const leaf: fc.Arbitrary<Both> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...Object.keys(ofLoss)), operator, fc.constantFrom(...numbers))
    .map(([of, sign, number]) => ({
      text: `metrics.loss${of} ${sign} ${number}`,
      holds: (run: Plain) => holds(sign, ofLoss[of]?.(run.loss) ?? null, number),
    })),
  fc.tuple(operator, fc.constantFrom(...numbers)).map(([sign, number]) => ({
    text: `params.lr${sign}${number}`,
    holds: ({ lr }: Plain) => (sign === '!=' && lr === 'auto') || (typeof lr === 'number' && holds(sign, lr, number)),
  })),
  fc
    .tuple(fc.constantFrom(...Object.keys(fieldsOfText)), operator, fc.constantFrom(...texts))
    .map(([field, sign, text]) => ({
      text: `${field} ${sign} "${text}"`,
      holds: (run: Plain) => holds(sign, fieldsOfText[field]?.(run) ?? null, text),
    })),
  fc
    .tuple(fc.constantFrom(...Object.keys(fieldsOfText)), fc.boolean(), fc.constantFrom(...texts))
    .map(([field, not, text]) => ({
      text: `${field} ${not ? 'not ' : ''}LIKE '${text}'`,
      holds: (run: Plain) => isLike(fieldsOfText[field]?.(run) ?? null, text) !== not,
    })),
  fc
    .tuple(fc.constantFrom(...Object.keys(fieldsOfText)), fc.boolean(), fc.subarray(texts, { minLength: 1 }))
    .map(([field, not, list]) => ({
      text: `${field} ${not ? 'not in' : 'in'} (${list.map((text) => `"${text}"`).join(', ')})`,
      holds: (run: Plain) => list.some((text) => fieldsOfText[field]?.(run) === text) !== not,
    })),
  fc.tuple(operator, fc.integer({ min: -1, max: 6 })).map(([sign, hours]) => ({
    text: `created ${sign} ${moment(hours)}`,
    holds: (run: Plain) => holds(sign, run.created, hours),
  })),
  fc.constantFrom<Both>(
    { text: 'starred', holds: (run) => run.starred },
    { text: 'starred = false', holds: (run) => !run.starred },
    { text: 'status = failed', holds: (run) => run.failed },
    { text: 'status in (finished, lost)', holds: (run) => !run.failed },
    { text: 'params.lr', holds: (run) => run.lr !== null },
    { text: 'tags.team', holds: (run) => run.team !== null },
    { text: 'metrics.loss', holds: (run) => run.loss.length > 0 },
    { text: 'group', holds: (run) => run.group !== null },
    { text: 'metrics.absent > 0', holds: () => false },
  ),
);

/** Grouped by parentheses only where the meaning asks for it: `and` binds before `or`. */
const { filter } = fc.letrec<{ filter: Both; all: Both; one: Both }>((tie) => ({
  filter: fc.array(tie('all'), { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(' or '),
    holds: (run) => items.some((item) => item.holds(run)),
  })),
  all: fc.array(tie('one'), { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(' AND '),
    holds: (run) => items.every((item) => item.holds(run)),
  })),
  one: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('one').map((item) => ({ text: `not ${item.text}`, holds: (run: Plain) => !item.holds(run) })),
    tie('filter').map((item) => ({ text: `(${item.text})`, holds: item.holds })),
  ),
}));

for (const driver of drivers) {
  describe(`filters with ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let store: Store;
    let runs: (Plain & { id: string })[];

    before(async () => {
      place = makeStore();
      store = openStore(place.store, { driver });
      runs = fc.sample(plain, { numRuns: 60, seed: 7 }).map((run) => ({ ...run, id: write(run) }));
      await ingest(store);
      const starred = runs.filter((run) => run.starred);
      await applyOps(
        store,
        starred.map(({ id }) => ({ op: 'star', run: id, starred: true })),
      );
    });
    after(() => {
      store.close();
      removeStore(place);
    });

    const write = (run: Plain): string => {
      const created = runStart + run.created * hour;
      const { name, experiment, group } = run;
      const id = writeRun(place.store, { name, experiment, group, created, tags: run.team ? { team: run.team } : {} });
      const values = {
        ...(run.lr === null ? {} : { lr: run.lr }),
        ...(run.model === null ? {} : { model: run.model }),
      };
      supervisor(place.store, id, [exit({ code: run.failed ? 1 : 0, t: created + 60_000_000 })]);
      journal(place.store, id, [
        { kind: 'params', t: 1, source: 'client', values },
        { kind: 'name', id: 0, name: 'loss' },
        ...run.loss.map((value, step) => [step, step, 0, value]),
      ]);
      return id;
    };

    it('find the runs that a plain reading finds', () => {
      fc.assert(
        fc.property(filter, ({ text, holds }) => {
          const found = listRuns(store, { filter: text }).runs.map(({ id }) => id);
          const expected = runs.filter(holds).map(({ id }) => id);
          assert.deepEqual([...found].sort(), expected.sort(), text);
        }),
        { numRuns: 400 },
      );
    });

    it('count all runs, and answer the first of them in order', () => {
      const key = fc.constantFrom('metrics.loss', 'metrics.loss.max', 'created', 'name', 'params.lr', 'duration');
      fc.assert(
        fc.property(
          filter,
          key,
          fc.constantFrom('asc', 'desc'),
          fc.integer({ min: 1, max: 30 }),
          (which, key, order, limit) => {
            const options = { filter: which.text, sort: `${key}:${order}` };
            const all = listRuns(store, options);
            const some = listRuns(store, { ...options, limit });
            assert.equal(some.total, all.runs.length);
            assert.deepEqual(some.runs, all.runs.slice(0, limit));
            if (key !== 'metrics.loss') return;
            const last = all.runs
              .map(({ metrics }) => metrics.loss?.last ?? Number.NaN)
              .filter((value) => !Number.isNaN(value));
            const sorted = [...last].sort((left, right) => (order === 'asc' ? left - right : right - left));
            assert.deepEqual(last, sorted);
          },
        ),
        { numRuns: 60 },
      );
    });
  });
}
