import { shortNumber } from '../base/short-number.ts';
import { nowMicros } from '../base/time.ts';
import { headlineMetric } from '../contract/headline-metric.ts';
import type { RunSummary } from '../contract/run.ts';
import { checkList, durationMs, listRuns, runDetails, runDocument } from '../tracking/index.ts';
import { type Invocation, option, switched } from './command.ts';
import { age, duration, parameter, statusLook } from './format.ts';
import { harmless } from './harmless.ts';
import { numberOption } from './parse.ts';
import { nothingMore } from './references.ts';
import { isFresh, openFor } from './stores.ts';
import { type Cell, table } from './table.ts';
import { print, printJson, width } from './terminal.ts';

const noRuns = 'No runs yet. Start one with “trainyard run SCRIPT”.';

export async function run(invocation: Invocation): Promise<number> {
  nothingMore('runs', invocation.operands);
  const limit = numberOption(invocation, 'limit', 1);
  const filter = option(invocation, 'filter');
  const sort = option(invocation, 'sort');
  if (isFresh(invocation)) {
    checkList({ filter, sort });
    if (invocation.json) printJson([]);
    else print(noRuns);
    return 0;
  }
  const store = await openFor(invocation);
  try {
    const { runs, total } = listRuns(store, {
      archived: switched(invocation, 'archived'),
      limit,
      filter,
      sort,
    });
    if (invocation.json) printJson(runs.map(({ id }) => runDocument(runDetails(store, id))));
    else if (runs.length === 0) print(filter === undefined ? noRuns : 'No run matches the filter.');
    else print([...list(runs), ...(total > runs.length ? [`… and ${total - runs.length} more`] : [])].join('\n'));
    return 0;
  } finally {
    store.close();
  }
}

function list(runs: RunSummary[]): string[] {
  const prefix = prefixLength(runs.map(({ id }) => id));
  const now = nowMicros();
  return table(
    [
      { title: '' },
      { title: 'name', shrinkTo: 10 },
      { title: 'id' },
      { title: 'age', right: true },
      { title: 'took', right: true },
      { title: 'metrics', shrinkTo: 12 },
      { title: 'parameters', shrinkTo: 10 },
    ],
    runs.map((run): Cell[] => {
      const { sign, style } = statusLook[run.status];
      return [
        { text: `${sign} ${run.status}`, style },
        `${run.starred ? '★ ' : ''}${harmless(run.name)}`,
        { text: run.id.slice(0, prefix), style: 'dim' },
        age(run.created, now),
        duration(durationMs(run)),
        mainMetrics(run),
        parameters(run),
      ];
    }),
    width(),
  );
}

/** More would be a page, not a row. */
const shownParameters = 50;

function parameters({ params }: RunSummary): string {
  const all = Object.entries(params);
  const shown = all.slice(0, shownParameters).map(([name, value]) => `${harmless(name)}=${parameter(value)}`);
  return [...shown, ...(all.length > shownParameters ? ['…'] : [])].join(' ');
}

const shownMetrics = 2;

function mainMetrics({ metrics }: RunSummary): string {
  const names = Object.keys(metrics);
  const chosen: string[] = [];
  while (chosen.length < shownMetrics) {
    const next = headlineMetric(names.filter((name) => !chosen.includes(name)));
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen.map((name) => `${harmless(name)} ${shortNumber(metrics[name]?.last ?? Number.NaN)}`).join('  ');
}

/** How much of the ids must be shown for each to be told from the others. */
export function prefixLength(ids: string[]): number {
  const sorted = [...ids].sort();
  let longest = 8;
  for (let index = 1; index < sorted.length; index += 1) {
    const [one, other] = [sorted[index - 1] as string, sorted[index] as string];
    let same = 0;
    while (same < one.length && one[same] === other[same]) same += 1;
    longest = Math.max(longest, same + 1);
  }
  return longest;
}
