import type { ParameterValue } from '../../src/contract/journal.ts';
import type { MetricSummary } from '../../src/contract/run.ts';

export interface Progress {
  done: number;
  total: number;
  /** What is counted, as the run calls it. */
  unit: string;
}

/** What says how many steps there will be: the names that training scripts and libraries give their arguments. */
const stepTotals = /^(max|num|n|total|train)?[-_]?(steps|iters|iterations|train_steps|training_steps|max_steps)$/i;
const epochTotals = /^(max|num|n|total|train)?[-_]?(epochs|train_epochs)$/i;
const epochMetrics = /(^|\/)epoch$/i;

/**
 * How far a run is, where it is known for sure: from the last progress bar that it printed, else from a parameter that says how many
 * steps or epochs there will be, beside what was logged of them.
 */
export function progressOf(
  run: { params: Record<string, ParameterValue>; metrics: Record<string, MetricSummary> },
  tail: string,
): Progress | null {
  return fromOutput(tail) ?? fromParameters(run);
}

/** The last bar such as `45%|████▌     | 45/100 [00:12<00:15]` or `Epoch 3/10`; the outermost bar of several comes first. */
export function fromOutput(tail: string): Progress | null {
  const lines = tail.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  let bar: Progress | null = null;
  for (const line of lines.slice(-50).reverse()) {
    const epoch = /\bepoch\s*:?\s*\[?(\d+)\s*(?:\/|of)\s*(\d+)/i.exec(line);
    if (epoch) {
      const found = counted(Number(epoch[1]) - 1, Number(epoch[2]), 'epoch');
      if (found) return found;
    }
    if (bar) continue;
    const tqdm = /\d+%\|[^|]*\|\s*(\d+)\/(\d+)\s*\[/.exec(line);
    if (tqdm) bar = counted(Number(tqdm[1]), Number(tqdm[2]), 'step');
    else {
      const percent = /(\d{1,3})%\|/.exec(line);
      if (percent) bar = counted(Number(percent[1]), 100, 'percent');
    }
  }
  return bar;
}

function fromParameters({
  params,
  metrics,
}: {
  params: Record<string, ParameterValue>;
  metrics: Record<string, MetricSummary>;
}): Progress | null {
  const epochs = totalOf(params, epochTotals);
  const epoch = Object.entries(metrics).find(([name]) => epochMetrics.test(name))?.[1];
  if (epochs !== null && epoch) return counted(epoch.last, epochs, 'epoch');
  const steps = totalOf(params, stepTotals);
  const last = Object.values(metrics).reduce((most, { lastStep }) => Math.max(most, lastStep), 0);
  return steps !== null && last > 0 ? counted(last, steps, 'step') : null;
}

/** Null where two parameters say different things. */
function totalOf(params: Record<string, ParameterValue>, names: RegExp): number | null {
  const totals = Object.entries(params).flatMap(([name, value]) =>
    typeof value === 'number' && names.test(name.split(/[./]/).at(-1) ?? name) ? [value] : [],
  );
  const [first] = totals;
  return first !== undefined && totals.every((total) => total === first) ? first : null;
}

function counted(done: number, total: number, unit: string): Progress | null {
  return Number.isFinite(done) && total > 0 && done >= 0 && done <= total ? { done, total, unit } : null;
}

/** Seconds that are left at the pace so far; null while too little is done to tell. */
export function secondsLeft({ done, total }: Progress, elapsed: number): number | null {
  const part = done / total;
  return part >= 0.02 && part < 1 && elapsed > 5 ? (elapsed / part) * (1 - part) : null;
}
