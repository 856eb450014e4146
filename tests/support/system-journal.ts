import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitRecords } from '../../src/base/records.ts';
import { type JournalOpen, journalOpen, journalRecord, parseMetricRecord } from '../../src/contract/journal.ts';

export interface SystemSeries {
  /** Seconds since the run began. */
  times: number[];
  values: number[];
}

export interface ReadSystem {
  open: JournalOpen;
  series: Record<string, SystemSeries>;
  samples: number;
}

/** What the supervisor has written of a run's samples so far, whose last record may be half there; "" before the first. */
export function systemText(directory: string): string {
  const file = readdirSync(directory).find((name) => name.startsWith('system-'));
  return file ? readFileSync(join(directory, file), 'utf8') : '';
}

/** What the supervisor has measured of a run that has ended, read as docs/journal.md says. */
export function readSystem(directory: string): ReadSystem {
  const files = readdirSync(directory).filter((name) => /^system-.+-\d+-\d+\.jsonl$/.test(name));
  assert.equal(files.length, 1, `${directory} has ${files.length} system journals`);
  const { records, torn } = splitRecords(readFileSync(join(directory, files[0] as string)));
  assert.deepEqual(torn, []);
  const [first, ...rest] = records.map(({ text }) => JSON.parse(text) as unknown);
  const read: ReadSystem = { open: journalOpen.parse(first), series: {}, samples: 0 };
  const names = new Map<number, string>();
  for (const record of rest) {
    if (!Array.isArray(record)) {
      const parsed = journalRecord.parse(record);
      assert.equal(parsed.kind, 'name');
      if (parsed.kind === 'name') names.set(parsed.id, parsed.name);
      continue;
    }
    const metric = parseMetricRecord(record);
    assert.ok(metric && metric.step === read.samples, JSON.stringify(record));
    read.samples += 1;
    for (const [id, value] of metric.values) {
      const name = names.get(id);
      assert.ok(name !== undefined);
      read.series[name] ??= { times: [], values: [] };
      read.series[name].times.push(metric.elapsed / 1e6);
      read.series[name].values.push(value);
    }
  }
  return read;
}

/** The sum of a rate over time: every value is the mean since the one before. */
export function integral({ times, values }: SystemSeries): number {
  return values.reduce((sum, value, index) => sum + value * ((times[index] as number) - (times[index - 1] ?? 0)), 0);
}
