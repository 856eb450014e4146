import type { CodeComparison } from '../../src/contract/code.ts';
import type { MetricKind } from '../../src/contract/curve.ts';
import type { FileAccess } from '../../src/contract/file-record.ts';
import type { QueueChange, RunPageCalls, RunPageStart } from '../../src/contract/panel.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import type { Host } from '../shared/host.ts';
import type { Loaded } from '../shared/loaded.ts';
import type { MetricChart } from './chart.ts';
import type { ChartSettings } from './chart-settings.ts';
import { coalesced } from './coalesce.ts';
import { pngOf, svgOf } from './save-chart.ts';
import { type OutputView, restoreView, type ViewState } from './view-state.ts';

export type RunHost = Host<RunPageCalls>;

/** What the person can do with the run from the page's head. */
export type Action = 'stop' | 'rerun' | 'retry' | 'reproduce' | 'rename' | 'delete' | 'revealFolder' | 'openPatch';

export interface RunPageState {
  details: Loaded<RunDetails>;
  /** Why the newest details could not be had, while older ones are shown. */
  stale: unknown;
  /** Grows with every change that the window told of. */
  revision: number;
  busy: ReadonlySet<string>;
  /** Why the last action did not work. */
  actionError: unknown;
  view: ViewState;
}

/** Such calls may wait for a person's answer: as long as a timer can. */
const patience = 2 ** 31 - 1;

/** The page's state and its only ways to change. `reference` is kept with the view, for the window to find the run again. */
export function createRunModel(host: RunHost, reference: RunPageStart['reference'], changed: () => void) {
  let state: RunPageState = {
    details: { state: 'loading' },
    stale: undefined,
    revision: 0,
    busy: new Set(),
    actionError: undefined,
    view: restoreView(host.saved()),
  };
  let missed = false;

  const set = (part: Partial<RunPageState>) => {
    state = { ...state, ...part };
    changed();
  };

  const setView = (part: Partial<ViewState>) => {
    set({ view: { ...state.view, ...part } });
    host.save({ ...state.view, reference });
  };

  const loadDetails = coalesced(async () => {
    try {
      set({ details: { state: 'ready', value: await host.call('details', null) }, stale: undefined });
    } catch (error) {
      if (state.details.state === 'ready') set({ stale: error });
      else set({ details: { state: 'failed', error } });
    }
  });

  const refresh = () => {
    if (document.visibilityState === 'hidden') {
      missed = true;
      return;
    }
    missed = false;
    set({ revision: state.revision + 1 });
    loadDetails();
  };

  host.onEvent((name) => {
    if (name === 'changed') refresh();
  });
  document.addEventListener('visibilitychange', () => {
    if (missed) refresh();
  });
  host.save({ ...state.view, reference });
  loadDetails();

  async function attempt(name: string, action: () => Promise<unknown>): Promise<void> {
    if (state.busy.has(name)) return;
    set({ busy: new Set([...state.busy, name]), actionError: undefined });
    try {
      await action();
    } catch (error) {
      set({ actionError: error });
    } finally {
      set({ busy: new Set([...state.busy].filter((other) => other !== name)) });
    }
  }

  return {
    state: () => state,
    host,
    retry() {
      if (state.details.state === 'failed') set({ details: { state: 'loading' } });
      loadDetails();
    },
    setView,
    setCharts(kind: MetricKind, part: Partial<ChartSettings>) {
      const { charts } = state.view;
      setView({ charts: { ...charts, [kind]: { ...charts[kind], ...part } } });
    },
    setOutput: (part: Partial<OutputView>) => setView({ output: { ...state.view.output, ...part } }),
    saveChart: (chart: MetricChart, kind: MetricKind, format: 'png' | 'svg' | 'csv') =>
      attempt('saveChart', async () => {
        const { name } = chart;
        if (format === 'csv') return host.call('savePoints', { name, kind }, { deadline: patience });
        const svg = svgOf(chart);
        if (svg === undefined) return undefined;
        const content = format === 'svg' ? svg : await pngOf(svg);
        return host.call('saveChart', { name, format, content }, { deadline: patience });
      }),
    openDiff: (between: CodeComparison, file: string | null) =>
      attempt('openDiff', () => host.call('openDiff', { between, file }, { deadline: patience })),
    act: (action: Action) => attempt(action, () => host.call(action, null, { deadline: patience })),
    changeQueue: (change: QueueChange) => attempt('changeQueue', () => host.call('changeQueue', { change })),
    openFile: (file: string, line: number | null) => attempt('openFile', () => host.call('openFile', { file, line })),
    openUsedFile: (access: FileAccess, path: string, how: 'open' | 'reveal') =>
      attempt('openUsedFile', () => host.call('openUsedFile', { access, path, how })),
    copy: (text: string) => attempt('copy', () => host.call('copy', { text })),
    watchAnomalies: (metric: string, on: boolean) =>
      attempt('watchAnomalies', async () => {
        await host.call('watchAnomalies', { metric, on });
        loadDetails();
      }),
    star: (starred: boolean) =>
      attempt('star', async () => {
        await host.call('star', { starred });
        if (state.details.state === 'ready')
          set({ details: { state: 'ready', value: { ...state.details.value, starred } } });
      }),
    touched: () => attempt('touched', () => host.call('touched', null)),
    dismissActionError: () => set({ actionError: undefined }),
  };
}

export type RunModel = ReturnType<typeof createRunModel>;
