import type { CurveX } from '../../src/contract/curve.ts';
import type { Stretch } from './chart-data.ts';

/** How the person looks at the charts of one tab. */
export interface ChartSettings {
  x: CurveX;
  logX: boolean;
  logY: boolean;
  smoothing: number;
  /** One pointer and one zoom for all charts. */
  synced: boolean;
  /** What all are zoomed into, where they are zoomed together. */
  zoom: Stretch | null;
  /** What single charts are zoomed into, where each is by itself. */
  zooms: Record<string, Stretch>;
  closedGroups: string[];
  query: string;
  /** Charts that are read as tables. */
  tables: string[];
}

export function initialSettings(x: CurveX): ChartSettings {
  return {
    x,
    logX: false,
    logY: false,
    smoothing: 0,
    synced: true,
    zoom: null,
    zooms: {},
    closedGroups: [],
    query: '',
    tables: [],
  };
}

export function zoomOf({ synced, zoom, zooms }: ChartSettings, name: string): Stretch | null {
  return synced ? zoom : Object.hasOwn(zooms, name) ? (zooms[name] ?? null) : null;
}

/** What zooming one chart does to the settings. */
export function zoomed(settings: ChartSettings, name: string, stretch: Stretch | null): Partial<ChartSettings> {
  if (settings.synced) return { zoom: stretch };
  const others = Object.fromEntries(Object.entries(settings.zooms).filter(([other]) => other !== name));
  return { zooms: stretch ? { ...others, [name]: stretch } : others };
}

export function isZoomed({ synced, zoom, zooms }: ChartSettings): boolean {
  return synced ? zoom !== null : Object.keys(zooms).length > 0;
}

/** What was saved, by this version or another, as far as it can be understood. */
export function restoreSettings(saved: unknown, x: CurveX): ChartSettings {
  const first = initialSettings(x);
  if (typeof saved !== 'object' || saved === null) return first;
  const known = saved as Record<keyof ChartSettings, unknown>;
  const { smoothing } = known;
  const zooms = typeof known.zooms === 'object' && known.zooms !== null ? Object.entries(known.zooms) : [];
  return {
    x: curveX(known.x) ?? x,
    logX: known.logX === true,
    logY: known.logY === true,
    smoothing: typeof smoothing === 'number' && smoothing >= 0 && smoothing <= 0.99 ? smoothing : 0,
    synced: known.synced !== false,
    zoom: stretch(known.zoom),
    zooms: Object.fromEntries(
      zooms.flatMap(([name, value]) => {
        const known = stretch(value);
        return known ? [[name, known]] : [];
      }),
    ),
    closedGroups: strings(known.closedGroups),
    query: typeof known.query === 'string' ? known.query : '',
    tables: strings(known.tables),
  };
}

function curveX(value: unknown): CurveX | undefined {
  if (value === 'step' || value === 'time') return value;
  const metric: unknown = Reflect.get(Object(value), 'metric');
  return typeof metric === 'string' ? { metric } : undefined;
}

function stretch(value: unknown): Stretch | null {
  const from: unknown = Reflect.get(Object(value), 'from');
  const to: unknown = Reflect.get(Object(value), 'to');
  return typeof from === 'number' && typeof to === 'number' && from < to ? { from, to } : null;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
