import { systemMetric, systemValueText } from '../../src/contract/system-metrics.ts';
import { language, t } from '../shared/l10n.ts';
import { plainTexts, type ValueTexts } from './chart-text.ts';

/** What a system metric is called on the page; its own name where it is not known. */
export function systemLabel(name: string): string {
  const [, gpu, ofGpu] = /^gpu(\d+)\/(.+)$/.exec(name) ?? [];
  const label = (ofGpu === undefined ? labels()[name] : gpuLabels()[ofGpu]) ?? name;
  return ofGpu === undefined ? label : t('GPU {number}: {name}', { number: gpu ?? '', name: label });
}

const labels = (): Record<string, string> => ({
  cpu: t('CPU of the run'),
  'cpu/total': t('CPU time'),
  memory: t('Memory of the run'),
  'disk/read': t('Read from disk'),
  'disk/read/total': t('Read from disk'),
  'disk/written': t('Written to disk'),
  'disk/written/total': t('Written to disk'),
  processes: t('Processes'),
  threads: t('Threads'),
  'network/received': t('Received by the machine'),
  'network/received/total': t('Received by the machine'),
  'network/sent': t('Sent by the machine'),
  'network/sent/total': t('Sent by the machine'),
  'machine/cpu': t('CPU of the machine'),
  'machine/memory': t('Memory of the machine'),
});

/** What there is to know of a system metric beyond what it is called. */
export function systemHint(name: string): string | undefined {
  return name === 'cpu' ? t('100 % is one core at work all the time.') : undefined;
}

const gpuLabels = (): Record<string, string> => ({
  utilization: t('Utilization'),
  memory: t('Memory'),
  'memory/run': t('Memory of the run'),
  temperature: t('Temperature'),
  power: t('Power'),
});

const known = new Map<string, ValueTexts>();

/** Values with their unit. */
export function systemTexts(name: string): ValueTexts {
  const unit = systemMetric(name)?.unit;
  if (unit === undefined) return plainTexts;
  const text = (value: number) => systemValueText(value, unit, language());
  const texts = known.get(unit) ?? { full: text, short: text };
  known.set(unit, texts);
  return texts;
}

/** By what system charts stand together. */
export function systemGroup(name: string): string {
  const topic = systemMetric(name)?.topic;
  if (topic === undefined) return t('Other');
  return {
    cpu: t('CPU'),
    memory: t('Memory'),
    disk: t('Disk'),
    network: t('Network'),
    processes: t('Processes'),
    gpu: t('GPU'),
  }[topic];
}

/** A sum that only grows says nothing as a curve that its rate does not say. */
export function isCurve(name: string): boolean {
  return systemMetric(name)?.total !== true;
}
