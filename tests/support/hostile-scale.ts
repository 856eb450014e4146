import { append, journal, record } from './run-folders.ts';

/** What a journal may say any number of times. */
export const floods = {
  metrics: (at: number) => [{ kind: 'name', id: at, name: `metric/${at}` }, [at, at, at, 0.5]],
  parameters: (at: number) => [{ kind: 'params', t: at, source: 'x', values: { [`p${at}`]: at } }],
  tags: (at: number) => [{ kind: 'tag', t: at, key: `k${at}`, value: 'v' }],
  artifacts: (at: number) => [
    { kind: 'artifact', t: at, name: `a${at}`, type: 'file', path: `artifacts/a${at}`, sha256: 'ab', bytes: 1 },
  ],
  datasets: (at: number) => [
    { kind: 'dataset', t: at, name: `d${at}`, path: null, sha256: null, bytes: null, shape: null, type: null },
  ],
  seeds: (at: number) => [{ kind: 'seed', t: at, source: `s${at}`, value: at }],
  warnings: (at: number) => [{ kind: 'warning', t: at, code: `w${at}`, params: { a: 'x' } }],
  packages: (at: number) => [{ kind: 'environment', t: at, python: '3', packages: { [`p${at}`]: '1' } }],
};

const together = 5_000;

/** Says something so many times in the journal of a run. */
export function flood(store: string, run: string, what: keyof typeof floods, count: number): void {
  const name = journal(store, run, []);
  for (let from = 0; from < count; from += together) {
    const length = Math.min(together, count - from);
    append(
      store,
      run,
      name,
      Array.from({ length }, (_, index) =>
        floods[what](from + index)
          .map(record)
          .join(''),
      ).join(''),
    );
  }
}
