/** The unit of a system metric's values. `percent` counts to 100 for all of one thing: one core, one machine, one GPU. */
export type SystemUnit = 'percent' | 'seconds' | 'bytes' | 'bytes/s' | 'celsius' | 'watts' | 'count';

/** What a system metric measures: what belongs into one chart has the same topic and unit. */
export interface SystemMetric {
  unit: SystemUnit;
  topic: 'cpu' | 'memory' | 'disk' | 'network' | 'processes' | 'gpu';
  /** `run`: the run's own processes. `machine`: everything that the machine, or the container, does. */
  scope: 'run' | 'machine';
  /** A sum since the run's start, which only grows. Its last value is the figure of the whole run. */
  total: boolean;
}

const ofRun = { scope: 'run', total: false } as const;
const ofMachine = { scope: 'machine', total: false } as const;
const disk = { ...ofRun, topic: 'disk' } as const;
const network = { ...ofMachine, topic: 'network' } as const;

/**
 * What the supervisor measures, by name. Rates and `cpu` are means since the sample before, so that their sum over time is the
 * total; `memory` is the largest since the sample before.
 */
export const systemMetrics = {
  /** All of the run's processes together, in percent of one core: four busy cores are 400. */
  cpu: { ...ofRun, topic: 'cpu', unit: 'percent' },
  'cpu/total': { ...ofRun, topic: 'cpu', unit: 'seconds', total: true },
  /** Pages that processes of the run share are counted once, where the system tells. */
  memory: { ...ofRun, topic: 'memory', unit: 'bytes' },
  'disk/read': { ...disk, unit: 'bytes/s' },
  'disk/read/total': { ...disk, unit: 'bytes', total: true },
  'disk/written': { ...disk, unit: 'bytes/s' },
  'disk/written/total': { ...disk, unit: 'bytes', total: true },
  processes: { ...ofRun, topic: 'processes', unit: 'count' },
  threads: { ...ofRun, topic: 'processes', unit: 'count' },
  /** No system counts the network by process: what the network devices of the machine, or the container, carried. */
  'network/received': { ...network, unit: 'bytes/s' },
  'network/received/total': { ...network, unit: 'bytes', total: true },
  'network/sent': { ...network, unit: 'bytes/s' },
  'network/sent/total': { ...network, unit: 'bytes', total: true },
  /** Of all cores together: 100 when every core is busy. */
  'machine/cpu': { ...ofMachine, topic: 'cpu', unit: 'percent' },
  'machine/memory': { ...ofMachine, topic: 'memory', unit: 'bytes' },
} as const satisfies Record<string, SystemMetric>;

/** Named `gpu<number>/<metric>`, the number as the driver counts. Means since the sample before, of memory the largest. */
export const gpuMetrics = {
  utilization: { ...ofMachine, topic: 'gpu', unit: 'percent' },
  memory: { ...ofMachine, topic: 'gpu', unit: 'bytes' },
  /** What the run's own processes hold of the memory. */
  'memory/run': { ...ofRun, topic: 'gpu', unit: 'bytes' },
  temperature: { ...ofMachine, topic: 'gpu', unit: 'celsius' },
  power: { ...ofMachine, topic: 'gpu', unit: 'watts' },
} as const satisfies Record<string, SystemMetric>;

export type GpuMetricName = keyof typeof gpuMetrics;
export type SystemMetricName = keyof typeof systemMetrics | `gpu${number}/${GpuMetricName}`;

/** What a system metric is, by its name; undefined for one that another version has written. */
export function systemMetric(name: string): SystemMetric | undefined {
  const ofGpu = /^gpu\d+\/(.+)$/.exec(name)?.[1];
  const table: Record<string, SystemMetric> = ofGpu === undefined ? systemMetrics : gpuMetrics;
  const key = ofGpu ?? name;
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The largest value that any GPU had; null where none was measured. */
export function peakOfGpus(metrics: Record<string, { max: number }>, name: GpuMetricName): number | null {
  const ofGpu = Object.entries(metrics).filter(([key]) => /^gpu\d+\/(.+)$/.exec(key)?.[1] === name);
  return ofGpu.length > 0 ? Math.max(...ofGpu.map(([, { max }]) => max)) : null;
}

const steps = ['', 'k', 'M', 'G', 'T', 'P'];

/** A value for the eye, three significant digits with its unit: `187 %`, `1.2 GB`, `3.4 MB/s`, `61 °C`. */
export function systemValueText(value: number, unit: SystemUnit, language = 'en'): string {
  if (!Number.isFinite(value)) return String(value);
  const isBytes = unit === 'bytes' || unit === 'bytes/s';
  let size = value;
  let step = 0;
  // 999.5 and more would be rounded to 1,000 of the smaller unit.
  while (isBytes && Math.abs(size) >= 999.5 && step < steps.length - 1) {
    size /= 1000;
    step += 1;
  }
  const digits = Math.abs(size) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  const number = new Intl.NumberFormat(language, digits).format(size);
  const sign = unitSigns[unit].replace('B', `${steps[step] ?? ''}B`);
  return sign === '' ? number : `${number} ${sign}`;
}

const unitSigns: Record<SystemUnit, string> = {
  percent: '%',
  seconds: 's',
  bytes: 'B',
  'bytes/s': 'B/s',
  celsius: '°C',
  watts: 'W',
  count: '',
};
