import type { Axis } from './chart-data.ts';
import type { Stretch } from './curve-feed.ts';

export const tabIds = [
  'summary',
  'curves',
  'output',
  'parameters',
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
  axis: Axis;
  log: boolean;
  smoothing: number;
  zoom: Stretch | null;
  /** How far each tab is scrolled, in pixels. */
  scroll: Partial<Record<TabId, number>>;
  closedGroups: string[];
  stream: 'both' | 'stdout' | 'stderr';
  /** A note that could not be saved yet. */
  draft: string | null;
}

const initial: ViewState = {
  tab: 'summary',
  axis: 'step',
  log: false,
  smoothing: 0,
  zoom: null,
  scroll: {},
  closedGroups: [],
  stream: 'both',
  draft: null,
};

/** What was saved by this page, or by an older version of it, with the rest as at first. */
export function restoreView(saved: unknown): ViewState {
  if (typeof saved !== 'object' || saved === null) return initial;
  const known = saved as Partial<ViewState>;
  return {
    tab: tabIds.find((id) => id === known.tab) ?? initial.tab,
    axis: known.axis === 'time' ? 'time' : 'step',
    log: known.log === true,
    smoothing: isBetween(known.smoothing, 0, 0.99) ? known.smoothing : 0,
    zoom: known.zoom && isBetween(known.zoom.from) && isBetween(known.zoom.to) ? known.zoom : null,
    scroll: typeof known.scroll === 'object' && known.scroll !== null ? known.scroll : {},
    closedGroups: Array.isArray(known.closedGroups) ? known.closedGroups : [],
    stream: known.stream === 'stdout' || known.stream === 'stderr' ? known.stream : 'both',
    draft: typeof known.draft === 'string' ? known.draft : null,
  };
}

function isBetween(value: unknown, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): value is number {
  return typeof value === 'number' && value >= from && value <= to;
}
