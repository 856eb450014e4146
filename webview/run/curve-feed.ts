import type { RunPageCalls } from '../../src/contract/panel.ts';
import type { Curve } from '../../src/contract/run.ts';
import type { Loaded } from '../shared/loaded.ts';
import { type ChartView, stepsBetween } from './chart-data.ts';
import { coalesced } from './coalesce.ts';

export interface Stretch {
  from: number;
  to: number;
}

export interface CurveRequest {
  /** The charts in sight. */
  names: readonly string[];
  buckets: number;
  /** The stretch of the axis that is zoomed into. */
  zoom: Stretch | null;
  view: ChartView;
}

type Fetch = (input: RunPageCalls['curves']['input']) => Promise<Curve[]>;

interface Entry {
  whole?: Curve;
  zoomed?: { stretch: Stretch; curve: Curve };
  error?: unknown;
}

/** Keeps the curves of the charts in sight fresh, asking for as many of them at once as share a stretch. */
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

  async function load(names: readonly string[], buckets: number, stretch: Stretch | null, steps: Stretch | null) {
    try {
      const curves = await fetch({ names: [...names], buckets, ...(steps ?? {}) });
      for (const name of names) {
        const curve = curves.find((found) => found.name === name) ?? { name, count: 0, buckets: [] };
        const entry = entryOf(name);
        delete entry.error;
        if (stretch) entry.zoomed = { stretch, curve };
        else entry.whole = curve;
      }
    } catch (error) {
      for (const name of names) entryOf(name).error = error;
    }
  }

  const refresh = coalesced(async () => {
    const current = request;
    if (!current) return;
    const { names, buckets, zoom, view } = current;
    const unzoomed = zoom === null ? names : view.axis === 'time' ? names.filter((name) => !entryOf(name).whole) : [];
    if (unzoomed.length > 0) await load(unzoomed, buckets, null, null);
    if (zoom) {
      const groups = new Map<string, { steps: Stretch; names: string[] }>();
      for (const name of names) {
        const steps = stepsBetween(entryOf(name).whole?.buckets ?? [], view, zoom.from, zoom.to);
        if (!steps) continue;
        const key = `${steps.from} ${steps.to}`;
        const group = groups.get(key) ?? { steps, names: [] };
        group.names.push(name);
        groups.set(key, group);
      }
      await Promise.all([...groups.values()].map((group) => load(group.names, buckets, zoom, group.steps)));
    }
    changed();
  });

  return {
    refresh,
    show(next: CurveRequest) {
      request = next;
      refresh();
    },
    /** What to draw for a metric: the zoomed stretch once it is there, until then the whole. */
    curve(name: string, zoom: Stretch | null): Loaded<Curve> {
      const { whole, zoomed, error } = entries.get(name) ?? {};
      if (error !== undefined) return { state: 'failed', error };
      const fits = zoom && zoomed && zoomed.stretch.from === zoom.from && zoomed.stretch.to === zoom.to;
      const value = fits ? zoomed.curve : (whole ?? zoomed?.curve);
      return value ? { state: 'ready', value } : { state: 'loading' };
    },
  };
}

export type CurveFeed = ReturnType<typeof createCurveFeed>;
