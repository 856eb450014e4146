import type { CurveX, MetricKind } from './curve.ts';
import type { MediaItem, MediaKind } from './media.ts';
import type { Curve, OutputPage, RunDetails } from './run.ts';

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
    output: Curve[];
  };
  media: { input: { kind: MediaKind; tag: string; indexes: number[] }; output: MediaItem[] };
  output: {
    input: { stream: 'stdout' | 'stderr' | 'both'; from?: { stdout: number; stderr: number }; tail?: number };
    output: OutputPage;
  };
  patch: { input: null; output: string };
  stop: { input: null; output: null };
  rerun: { input: null; output: null };
  rename: { input: null; output: null };
  delete: { input: null; output: null };
  note: { input: { note: string }; output: null };
  star: { input: { starred: boolean }; output: null };
  watchAnomalies: { input: { metric: string; on: boolean }; output: null };
  /** Opens a file of the workspace at a line, in the editor. */
  openFile: { input: { file: string; line: number | null }; output: null };
  openPatch: { input: null; output: null };
  revealFolder: { input: null; output: null };
  copy: { input: { text: string }; output: null };
};

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
