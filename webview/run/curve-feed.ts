import { bucketFields, type CurveX, type MetricKind } from '../../src/contract/curve.ts';
import { type PackedCurve, unpackCurve } from '../../src/contract/packed-curve.ts';
import type { RunPageCalls } from '../../src/contract/panel.ts';
import type { Curve } from '../../src/contract/run.ts';
import type { Loaded } from '../shared/loaded.ts';
import { perUnit, type Stretch, xKey } from './chart-data.ts';
import { coalesced } from './coalesce.ts';

export interface CurveRequest {
  kind: MetricKind;
  /** The charts in sight. */
  names: readonly string[];
  buckets: number;
  x: CurveX;
  /** The stretch that a chart is zoomed into. */
  zoom: (name: string) => Stretch | null;
  /** What was fetched for an earlier one is fetched again. */
  revision: number;
}

type Fetch = (input: RunPageCalls['curves']['input']) => Promise<PackedCurve[]>;

interface Fetched {
  key: string;
  x: string;
  revision: number;
  buckets: number;
  /** As it came, undefined where the run has no such metric. */
  sent: PackedCurve | undefined;
  curve: Curve;
}

interface Entry {
  /** The whole curve, which stands in until a stretch of it is there. */
  whole?: Fetched;
  zoomed?: Fetched;
  failed?: { key: string; error: unknown };
}

/** So few at a time that the first ones are there soon, and that no message holds up a frame. */
const batch = 4;

/** Keeps the curves of the charts in sight fresh, and asks for nothing that it has. */
export function createCurveFeed(fetch: Fetch, changed: () => void) {
  const entries = new Map<string, Entry>();
  let request: CurveRequest | null = null;

  const entryOf = (name: string): Entry => {
    const known = entries.get(name);
    if (known) return known;
    const entry: Entry = {};
    entries.set(name, entry);
    return entry;
  };

  async function load(names: string[], stretch: Stretch | null, asked: CurveRequest): Promise<void> {
    const { kind, x, buckets, revision } = asked;
    const unit = perUnit(x);
    const part = stretch ? { from: stretch.from * unit, to: stretch.to * unit } : {};
    try {
      const curves = await fetch({ kind, names, buckets, x, ...part });
      let differs = false;
      for (const name of names) {
        const sent = curves.find((found) => found.name === name);
        const entry = entryOf(name);
        const which = stretch ? 'zoomed' : 'whole';
        const before = entry[which];
        const key = keyOf(x, stretch);
        const same = before?.key === key && !entry.failed && isSame(before.sent, sent);
        const curve = same ? before.curve : sent ? unpackCurve(sent) : { name, count: 0, buckets: [] };
        delete entry.failed;
        entry[which] = { key, x: xKey(x), revision, buckets, sent, curve };
        differs ||= !same;
      }
      if (differs) changed();
    } catch (error) {
      for (const name of names) entryOf(name).failed = { key: keyOf(x, stretch), error };
      changed();
    }
  }

  const refresh = coalesced(async () => {
    const asked = request;
    if (!asked) return;
    const groups = new Map<string, { stretch: Stretch | null; names: string[] }>();
    for (const name of asked.names) {
      const stretch = asked.zoom(name);
      const key = keyOf(asked.x, stretch);
      const { whole, zoomed } = entryOf(name);
      const have = stretch ? zoomed : whole;
      if (have?.key === key && have.revision === asked.revision && have.buckets >= asked.buckets) continue;
      const group = groups.get(key) ?? { stretch, names: [] };
      group.names.push(name);
      groups.set(key, group);
    }
    const calls = [...groups.values()].flatMap(({ stretch, names }) =>
      batches(names).map((some) => load(some, stretch, asked)),
    );
    await Promise.all(calls);
  });

  return {
    refresh,
    show(next: CurveRequest) {
      request = next;
      refresh();
    },
    /** What to draw for a metric: the zoomed stretch once it is there, until then what there is along the same axis. */
    curve(name: string, x: CurveX, zoom: Stretch | null): Loaded<Curve> {
      const { whole, zoomed, failed } = entries.get(name) ?? {};
      if (failed?.key === keyOf(x, zoom)) return { state: 'failed', error: failed.error };
      const along = xKey(x);
      const fitting = zoom && zoomed?.key === keyOf(x, zoom) ? zoomed : undefined;
      const found = fitting ?? [whole, zoomed].find((one) => one?.x === along);
      return found ? { state: 'ready', value: found.curve } : { state: 'loading' };
    },
  };
}

export type CurveFeed = ReturnType<typeof createCurveFeed>;

/** A curve that did not change is not drawn again. */
function isSame(before: PackedCurve | undefined, now: PackedCurve | undefined): boolean {
  if (!before || !now) return before === now;
  return before.count === now.count && bucketFields.every((field) => before.columns[field] === now.columns[field]);
}

function keyOf(x: CurveX, stretch: Stretch | null): string {
  return JSON.stringify([xKey(x), stretch]);
}

function batches(names: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let start = 0; start < names.length; start += batch) parts.push(names.slice(start, start + batch));
  return parts;
}
