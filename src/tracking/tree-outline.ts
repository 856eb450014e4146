import type { TreeView } from '../contract/tree.ts';
import { type Database, type OutlineRow, outlineRuns } from '../store/index.ts';
import { type Place, placeOf } from './filter/place.ts';
import { sortToSql } from './filter/sort.ts';
import { whichRuns } from './list-runs.ts';

/** A branch of the tree before it is known which of its rows are shown. */
export interface OutlineBranch {
  /** In order: groups, and the keys of runs. */
  rows: (OutlineGroup | number)[];
}

export interface OutlineGroup extends OutlineBranch {
  key: string;
  name: string | null;
  /** The group that this one is in. */
  above: OutlineGroup | null;
  /** The keys of all runs in it, nested ones too, in order. */
  members: number[];
}

export interface Outline extends OutlineBranch {
  matching: number;
  /** All keys, in order. */
  members: number[];
  groups: Map<string, OutlineGroup>;
  /** The runs inside a run, by its key. */
  inside: Map<number, number[]>;
}

/**
 * Sorts the runs of a view into groups. A group stands where its first run does, whatever is sorted by; a run that was started
 * inside another is below that, where both match.
 *
 * @throws `filter-syntax`, `sort-key`, `group-key`
 */
export function treeOutline(db: Database, view: TreeView): Outline {
  const place = placeOf(view.group);
  const rows = outlineRuns(db, place, whichRuns(view, true), sortToSql(view.sort));
  const outline: Outline = {
    rows: [],
    matching: rows.length,
    members: rows.map(({ key }) => key),
    groups: new Map(),
    inside: new Map(),
  };
  const outermost = outermostRows(rows);
  for (const row of rows) {
    const top = outermost.get(row.key) ?? row;
    const group = place.flat ? null : groupOf(outline, top, place);
    if (top === row) (group ?? outline).rows.push(row.key);
    else listed(outline.inside, row.inside as number).push(row.key);
    for (let branch = group; branch; branch = branch.above) branch.members.push(row.key);
  }
  return outline;
}

/** For each run that is shown inside another: the row at the top of its chain. A run that is inside itself is at the top. */
function outermostRows(rows: OutlineRow[]): Map<number, OutlineRow> {
  const nested = rows.filter(({ inside }) => inside !== null);
  if (nested.length === 0) return new Map();
  const all = new Map(rows.map((row) => [row.key, row]));
  const outermost = new Map<number, OutlineRow>();
  for (const row of nested) {
    const chain = new Set<OutlineRow>();
    let top: OutlineRow | undefined = row;
    let next: OutlineRow | undefined = row;
    while (next && !chain.has(next)) {
      chain.add(next);
      top = next;
      next = next.inside === null ? undefined : all.get(next.inside);
    }
    if (next !== row && top !== row) outermost.set(row.key, next ?? top);
  }
  return outermost;
}

function groupOf(outline: Outline, row: OutlineRow, { nameOf, inner }: Place): OutlineGroup {
  const name = nameOf(row.place);
  const group = addGroup(outline, null, [name]);
  return inner && row.run_group !== null ? addGroup(outline, group, [name, row.run_group]) : group;
}

function addGroup(outline: Outline, above: OutlineGroup | null, path: (string | null)[]): OutlineGroup {
  const key = JSON.stringify(path);
  const known = outline.groups.get(key);
  if (known) return known;
  const group: OutlineGroup = { key, name: path.at(-1) ?? null, above, rows: [], members: [] };
  outline.groups.set(key, group);
  (above ?? outline).rows.push(group);
  return group;
}

function listed(lists: Map<number, number[]>, key: number): number[] {
  const known = lists.get(key) ?? [];
  lists.set(key, known);
  return known;
}
