import { headlineMetric } from '../contract/headline-metric.ts';
import type { Failure, RunFacts } from '../contract/run.ts';
import type { Tree, TreeGroup, TreeRow, TreeRun, TreeView } from '../contract/tree.ts';
import {
  countKept,
  type Database,
  lastValues,
  nowRunning,
  readSummaryRows,
  readTags,
  type Store,
  type SummaryRow,
} from '../store/index.ts';
import { tellPositions } from './queue/queue-state.ts';
import { rowFacts } from './row-facts.ts';
import { type Outline, type OutlineBranch, type OutlineGroup, treeOutline } from './tree-outline.ts';

export interface TreeRequest {
  view: TreeView;
  /** How many rows to name below a group (by its key), a run (by its id) and at the top (''); 0: none. */
  open: Record<string, number>;
  /** Groups that are not among `open` are opened from the top, a page each, until so many rows are named. */
  unfold: number;
}

/** How many rows a branch has at first. */
const page = 50;
const longestMessage = 300;

/**
 * The window's view of a store: every group with its counts, and the first rows of those that are open.
 *
 * @throws `filter-syntax`, `sort-key`, `group-key`
 */
export function tree({ db, folder }: Store, { view, open, unfold }: TreeRequest): Tree {
  const outline = treeOutline(db, view);
  const running = nowRunning(db);
  const picked = pick(outline, { open: new Map(Object.entries(open)), unfold });
  const runs = treeRuns(db, readSummaryRows(db, [...picked.runs]), view.metric);
  const nested = pickNested(db, outline, runs, open, view.metric);
  tellPositions(folder, [...runs.values(), ...nested.values()]);
  const keysRunning = new Set(running.map(({ key }) => key));
  const rowsOf = (branch: OutlineBranch): TreeRow[] =>
    (picked.rows.get(branch) ?? []).flatMap((row) => (typeof row === 'number' ? (runs.get(row) ?? []) : groupRow(row)));
  const groupRow = (group: OutlineGroup): TreeGroup => ({
    kind: 'group',
    key: group.key,
    name: group.name,
    inner: group.above !== null,
    total: group.members.length,
    running: keysRunning.size === 0 ? 0 : group.members.filter((key) => keysRunning.has(key)).length,
    size: group.rows.length,
    rows: rowsOf(group),
  });
  for (const [key, run] of [...runs, ...nested]) {
    const inside = outline.inside.get(key) ?? [];
    run.size = inside.length;
    run.rows = inside.flatMap((other) => nested.get(other) ?? []);
  }
  return {
    matching: outline.matching,
    total: countKept(db),
    size: outline.rows.length,
    rows: rowsOf(outline),
    running: [...treeRuns(db, running, view.metric).values()],
  };
}

/**
 * The runs in a group of the tree, in its order; of all where no group is named.
 *
 * @throws `filter-syntax`, `sort-key`, `group-key`
 */
export function treeMembers({ db, folder }: Store, view: TreeView, group: string | undefined): RunFacts[] {
  const outline = treeOutline(db, view);
  const keys = group === undefined ? outline.members : (outline.groups.get(group)?.members ?? []);
  const members = readSummaryRows(db, keys).map(rowFacts);
  tellPositions(folder, members);
  return members;
}

/** The rows that each branch shows, and the keys of the runs among them. */
function pick(outline: Outline, { open, unfold }: { open: Map<string, number>; unfold: number }) {
  const rows = new Map<OutlineBranch, (OutlineGroup | number)[]>();
  const runs = new Set<number>();
  let left = unfold;
  const show = (branch: OutlineBranch, count: number) => {
    const shown = branch.rows.slice(0, count);
    rows.set(branch, shown);
    for (const row of shown) {
      if (typeof row === 'number') runs.add(row);
      else visit(row);
    }
  };
  const visit = (group: OutlineGroup) => {
    const count = open.get(group.key) ?? (left > 0 ? page : 0);
    if (count === 0) return;
    left -= Math.min(count, group.rows.length);
    show(group, count);
  };
  show(outline, open.get('') ?? page);
  return { rows, runs };
}

/** The runs inside those that are open, at any depth. */
function pickNested(
  db: Database,
  outline: Outline,
  shown: Map<number, TreeRun>,
  open: Record<string, number>,
  metric: string | undefined,
): Map<number, TreeRun> {
  const nested = new Map<number, TreeRun>();
  let level = shown;
  while (level.size > 0) {
    const keys = [...level].flatMap(([key, { id }]) => {
      const count = Object.hasOwn(open, id) ? open[id] : 0;
      return (outline.inside.get(key) ?? []).slice(0, count);
    });
    level = treeRuns(db, readSummaryRows(db, keys), metric);
    for (const [key, run] of level) nested.set(key, run);
  }
  return nested;
}

const mostTags = 500;

function someOf(tags: Record<string, string>): Record<string, string> {
  const all = Object.entries(tags);
  return all.length > mostTags ? Object.fromEntries(all.slice(0, mostTags)) : tags;
}

function treeRuns(db: Database, rows: SummaryRow[], asked: string | undefined): Map<number, TreeRun> {
  if (rows.length === 0) return new Map();
  const keys = JSON.stringify(rows.map((row) => row.key));
  const tags = readTags(db, keys);
  return new Map(
    rows.map((row) => {
      const known = lastValues(db, row.key, asked);
      const name = headlineMetric([...known.keys()], asked);
      const run: TreeRun = {
        kind: 'run',
        ...rowFacts(row),
        failure: row.failure === null ? null : briefFailure(JSON.parse(row.failure) as Failure),
        metric: name === undefined ? null : { name, value: known.get(name) ?? Number.NaN },
        tags: someOf(tags.get(row.key) ?? {}),
        size: 0,
        rows: [],
      };
      return [row.key, run];
    }),
  );
}

function briefFailure({ type, message, file, line }: Failure): TreeRun['failure'] {
  return { type, message: message.slice(0, longestMessage), file, line };
}
