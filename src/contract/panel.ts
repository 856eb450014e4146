import type { CodeComparison } from './code.ts';
import type { CurveX, MetricKind } from './curve.ts';
import type { FileAccess } from './file-record.ts';
import type { MediaItem, MediaKind } from './media.ts';
import type { PackedCurve } from './packed-curve.ts';
import type { QueuedRun } from './queue.ts';
import type { OutputPage, RunDetails } from './run.ts';

/**
 * The page's HTML is made by panel-page.ts. Messages are those of base/rpc.ts: the page posts them as they are, the window
 * posts each as the text of base/exact-message.ts, because VS Code would turn NaN and the infinities into null.
 */

/** What the run page asks of the window. Each is checked by hand there, because the window's bundle carries no schema library. */
export type RunPageCalls = {
  /** The whole page but curves and output. */
  details: { input: null; output: RunDetails };
  curves: {
    input: { buckets: number; names?: string[]; kind?: MetricKind; x?: CurveX; from?: number; to?: number };
    output: PackedCurve[];
  };
  media: { input: { kind: MediaKind; tag: string; indexes: number[] }; output: MediaItem[] };
  output: {
    input: { stream: 'stdout' | 'stderr' | 'both'; from?: { stdout: number; stderr: number }; tail?: number };
    output: OutputPage;
  };
  patch: { input: null; output: string };
  stop: { input: null; output: null };
  rerun: { input: null; output: null };
  retry: { input: null; output: null };
  queue: { input: null; output: QueuePlace | null };
  changeQueue: { input: { change: QueueChange }; output: null };
  reproduce: { input: null; output: null };
  rename: { input: null; output: null };
  delete: { input: null; output: null };
  note: { input: { note: string }; output: null };
  star: { input: { starred: boolean }; output: null };
  watchAnomalies: { input: { metric: string; on: boolean }; output: null };
  /** Opens a file of the workspace at a line, in the editor. */
  openFile: { input: { file: string; line: number | null }; output: null };
  /** Opens an input (`read`) or an output (`write`), or shows where it lies: the copy that the run kept where it is not as it was. */
  openUsedFile: { input: { access: FileAccess; path: string; how: 'open' | 'reveal' }; output: null };
  openPatch: { input: null; output: null };
  /** Asks where to, and writes there; `content` of a PNG is base64. Answers whether it was written. */
  saveChart: { input: { name: string; format: ChartFormat; content: string }; output: boolean };
  /** Asks where to, and writes every point of the metric there as CSV. Answers whether it was written. */
  savePoints: { input: { name: string; kind: MetricKind }; output: boolean };
  /** Opens the editor's own view of what differs, in one file or, where it is null, in all. */
  openDiff: { input: { between: CodeComparison; file: string | null }; output: null };
  /** The person did something on the page, so that it is more than a preview. */
  touched: { input: null; output: null };
  revealFolder: { input: null; output: null };
  copy: { input: { text: string }; output: null };
};

/** Where a run waits, and for what. */
export interface QueuePlace extends Pick<QueuedRun, 'position' | 'problem' | 'attempt' | 'retries'> {
  jobs: number;
  paused: boolean;
  /** How many of the queue's runs run now. */
  running: number;
}

export const queueChanges = ['top', 'remove', 'pause', 'resume'] as const;
export type QueueChange = (typeof queueChanges)[number];

export const chartFormats = ['png', 'svg'] as const;
export type ChartFormat = (typeof chartFormats)[number];

/** What the window says to the page by itself; the page asks again for what it shows. */
export interface RunPageEvents {
  changed: null;
}

/** Put into the page's HTML as JSON by the window. */
export interface RunPageStart {
  /** The translated strings of webview/, from English to the window's language. */
  strings: Record<string, string>;
  locale: string;
  /** Which run the page is of. The page saves it as `reference`, so that the window finds the run again after a reload. */
  reference: { folder: string; run: string };
}
