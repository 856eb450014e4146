import type { Micros } from '../base/time.ts';
import type { SystemMetricName } from '../contract/system-metrics.ts';
import type { EarlierSample } from './earlier-samples.ts';
import type { GpuWatch } from './gpu-watch.ts';
import type { MachineState } from './machine-watch.ts';
import type { SystemJournal, SystemValues } from './system-journal.ts';
import type { UsageLook } from './usage-watch.ts';

export interface SystemSamples {
  /** Takes what was just seen; a sample is made of it when it is time for one. */
  look(look: UsageLook): void;
  /** Makes the last sample, so that the last totals are those of the whole run. */
  finish(look: UsageLook): void;
}

export interface SampleSources {
  journal: SystemJournal;
  machine: () => MachineState;
  gpus: GpuWatch;
  /** Microseconds since the run began, by a clock that does not go back. */
  elapsed: () => Micros;
  /** The last sample of an earlier supervisor of the run. */
  earlier?: EarlierSample | undefined;
}

interface Sample {
  time: Micros;
  totals: Totals;
  values: Partial<Record<SystemMetricName, number>>;
}

/** What only grows, by the name of its rate. */
type Totals = Partial<Record<(typeof totalNames)[number], number>>;

const second = 1_000_000;
/** Over a shorter time a rate says nothing: the kernel shows CPU time in hundredths of a second. */
const shortest = 0.25 * second;

/** How long after the sample before the next one is due: once a second at first, so that a day has some 8,000 of them. */
export function samplePause(elapsed: Micros): Micros {
  return Math.min(Math.max(0.75 * second, elapsed / 600), 15 * second);
}

const totalNames = ['cpu', 'disk/read', 'disk/written', 'network/received', 'network/sent'] as const;

/** What an earlier supervisor counted up to its last sample. */
function totalsOf(values: SystemValues): Totals {
  const known = totalNames.filter((name) => values[`${name}/total`] !== undefined);
  return Object.fromEntries(known.map((name) => [name, values[`${name}/total`]]));
}

const sum = (before = 0, now: number | undefined) => (now === undefined ? undefined : before + now);

/** Makes samples of looks, ever more seldom. */
export function takeSystemSamples({ journal, machine, gpus, elapsed, earlier }: SampleSources): SystemSamples {
  let written = { time: earlier?.time ?? 0, totals: totalsOf(earlier?.values ?? {}) };
  const { totals: before } = written;
  /** A sample is written at the next look: at an end that comes sooner, the last sample takes its place. */
  let waiting: Sample | undefined;
  let largest = 0;
  let last = written.time;

  const write = (sample: Sample) => {
    journal.write(sample.time, { ...sample.values, ...rates(written, sample), ...named(sample.totals) });
    written = sample;
  };

  const sampleOf = (look: UsageLook, time: Micros): Sample => {
    const state = machine();
    const pids = new Set(look.members.map((info) => info.pid));
    const threads = look.members.map((info) => info.threads ?? 0).reduce((sum, count) => sum + count, 0);
    last = time;
    const sample: Sample = {
      time,
      totals: known({
        cpu: look.cpuSeconds ?? undefined,
        'disk/read': look.diskReadBytes ?? undefined,
        'disk/written': look.diskWrittenBytes ?? undefined,
        'network/received': sum(before['network/received'], state.networkReceived),
        'network/sent': sum(before['network/sent'], state.networkSent),
      }),
      values: known({
        memory: largest || undefined,
        processes: look.members.length || undefined,
        threads: threads || undefined,
        'machine/cpu': state.cpuPercent,
        'machine/memory': state.memoryBytes,
        ...gpus.take(pids),
      }),
    };
    largest = 0;
    return sample;
  };

  return {
    look(look) {
      const time = elapsed();
      largest = Math.max(largest, look.memoryBytes ?? 0);
      if (waiting && time - waiting.time >= shortest) {
        write(waiting);
        waiting = undefined;
      }
      if (!waiting && time - last >= samplePause(time)) waiting = sampleOf(look, time);
    },
    finish(look) {
      const final = sampleOf(look, elapsed());
      if (waiting && final.time - waiting.time >= shortest) write(waiting);
      else if (waiting) final.values = merge(waiting.values, final.values);
      waiting = undefined;
      write(final);
      journal.close();
    },
  };
}

function merge(before: Sample['values'], now: Sample['values']): Sample['values'] {
  const memory = Math.max(before.memory ?? 0, now.memory ?? 0);
  return { ...before, ...now, ...(memory > 0 ? { memory } : {}) };
}

/** Means since the sample before, so that their sum over time is the total. */
function rates(before: { time: Micros; totals: Totals }, now: Sample): SystemValues {
  const seconds = (now.time - before.time) / second;
  if (!(seconds > 0)) return {};
  const entries = Object.entries(now.totals) as [keyof Totals, number][];
  return Object.fromEntries(
    entries.map(([name, total]) => {
      const rate = (total - (before.totals[name] ?? 0)) / seconds;
      return [name, name === 'cpu' ? rate * 100 : rate];
    }),
  );
}

function named(totals: Totals): SystemValues {
  return Object.fromEntries(Object.entries(totals).map(([name, total]) => [`${name}/total`, total]));
}

/** Without what is not known. */
function known<Name extends string>(values: Partial<Record<Name, number | undefined>>): Partial<Record<Name, number>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<Name, number>
  >;
}
