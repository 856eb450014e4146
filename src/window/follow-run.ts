import type { OutputCursor, RunDetails } from '../contract/run.ts';
import type { Backend } from './backend-process.ts';
import type { RunReference } from './experiments.ts';

/** Milliseconds after which is looked again although nobody said that something changed. */
const longestPause = 1_000;

/**
 * Hands on what a run prints, as it comes, and resolves with how it ended when all of it was said. Undefined where `signal` came
 * before.
 */
export async function followRun(
  backend: Backend,
  { folder, run }: RunReference,
  say: (stream: 'stdout' | 'stderr', text: string) => void,
  signal: AbortSignal,
): Promise<RunDetails | undefined> {
  let wake: () => void = () => undefined;
  const stopListening = backend.onEvent('changed', (changed) => {
    if (changed.folder === folder && changed.runs.includes(run)) wake();
  });
  const aborted = () => wake();
  signal.addEventListener('abort', aborted);
  let from: OutputCursor = { stdout: 0, stderr: 0 };
  try {
    while (!signal.aborted) {
      const details = await backend.call('run', { folder, run });
      for (let more = true; more && !signal.aborted; ) {
        const page = await backend.call('output', { folder, run, stream: 'both', from });
        for (const { stream, text } of page.chunks) say(stream, text);
        from = page.next;
        more = !page.atEnd;
      }
      if (details.status !== 'running' && details.status !== 'queued') return details;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, longestPause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (signal.aborted) wake();
      });
    }
    return undefined;
  } finally {
    signal.removeEventListener('abort', aborted);
    stopListening();
  }
}
