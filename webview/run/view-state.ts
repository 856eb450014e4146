import type { MetricKind } from '../../src/contract/curve.ts';
import { type ChartSettings, restoreSettings } from './chart-settings.ts';

export const tabIds = [
  'summary',
  'curves',
  'output',
  'system',
  'parameters',
  'files',
  'code',
  'environment',
  'artifacts',
  'media',
  'note',
] as const;
export type TabId = (typeof tabIds)[number];

/** How the person left the page: it is the same after a reload of the window. */
export interface ViewState {
  tab: TabId;
  charts: Record<MetricKind, ChartSettings>;
  /** How far each tab is scrolled, in pixels. */
  scroll: Partial<Record<TabId, number>>;
  output: OutputView;
  parameters: string;
  /** A note that could not be saved yet. */
  draft: string | null;
}

export interface OutputView {
  stream: 'both' | 'stdout' | 'stderr';
  wrap: boolean;
  query: string;
  matchCase: boolean;
}

/** What was saved by this page, or by another version of it, with the rest as at first. */
export function restoreView(saved: unknown): ViewState {
  const known = Object(saved) as Partial<Record<keyof ViewState, unknown>>;
  const charts = Object(known.charts) as Partial<Record<MetricKind, unknown>>;
  return {
    tab: tabIds.find((id) => id === known.tab) ?? 'summary',
    charts: { logged: restoreSettings(charts.logged, 'step'), system: restoreSettings(charts.system, 'time') },
    scroll: typeof known.scroll === 'object' && known.scroll !== null ? known.scroll : {},
    output: outputView(known.output),
    parameters: typeof known.parameters === 'string' ? known.parameters : '',
    draft: typeof known.draft === 'string' ? known.draft : null,
  };
}

function outputView(saved: unknown): OutputView {
  const { stream, wrap, query, matchCase } = Object(saved) as Partial<Record<keyof OutputView, unknown>>;
  return {
    stream: stream === 'stdout' || stream === 'stderr' ? stream : 'both',
    wrap: wrap === true,
    query: typeof query === 'string' ? query : '',
    matchCase: matchCase === true,
  };
}
