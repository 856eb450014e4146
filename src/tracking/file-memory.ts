import type { LossKind } from '../contract/loss-kind.ts';
import { changeStamp, type Database, encodeFullRows, type KnownSeries, readMetricIds } from '../store/index.ts';
import type { Watch } from './anomalies/watch.ts';

/** What is known of a file's metrics from one step of folding it to the next, as long as nobody else writes to the index. */
export interface FileMemory {
  file: number;
  /** The index as it was last written; empty where that has not been said, and the memory does not hold. */
  stamp: string;
  /** The names that numbers stand for. */
  names: Map<number, string>;
  metrics: Map<string, KnownMetric>;
}

export interface KnownMetric {
  series: KnownSeries;
  lossKind: LossKind;
  /** Undefined where there is nothing to remember, or where it has to be read. */
  watch: Watch | undefined;
}

/** So many metrics of a file are remembered: what is forgotten is read again. */
const mostMetrics = 20_000;

/** The memory of a file where it still holds, else a new one. */
export function recall(db: Database, memory: FileMemory | null, file: number): FileMemory {
  if (memory?.file === file && memory.stamp === changeStamp(db)) {
    return memory.metrics.size > mostMetrics ? { ...memory, metrics: new Map() } : memory;
  }
  return { file, stamp: '', names: readMetricIds(db, file), metrics: new Map() };
}

/** Says that the memory holds after what this connection has just written. */
export function confirm(db: Database, memory: FileMemory): void {
  memory.stamp = changeStamp(db);
}

/** Encodes what hurried steps have left plain, a series in each step. */
export function* encodeLoose(db: Database, memory: FileMemory): Generator<void> {
  for (const { series } of memory.metrics.values()) {
    if (!series.tail.isLoose) continue;
    const holds = memory.stamp === changeStamp(db);
    encodeFullRows(db, series.key);
    series.tail.isLoose = false;
    if (holds) confirm(db, memory);
    yield;
  }
}
